package io.understudy.bench.chapter;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.bench.contender.UnderstudyCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Looks at a cluster's status again and again until closed. */
final class Sampler implements AutoCloseable {
    private final List<Sample> samples = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final long begun = System.nanoTime();

    /**
     * One look.
     *
     * @param seconds since the first
     * @param lagEntries of the node furthest behind
     * @param lagSeconds of the node furthest behind
     */
    record Sample(double seconds, long lastIndex, long lagEntries, double lagSeconds) {}

    Sampler(UnderstudyCluster cluster, Duration every) {
        thread = Thread.ofPlatform().daemon().start(() -> look(cluster, every));
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void look(UnderstudyCluster cluster, Duration every) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                samples.add(sample(cluster.status()));
                Thread.sleep(every);
            } catch (IOException e) {
                // A node that does not answer in time is asked again.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Sample sample(JsonNode status) {
        long entries = 0;
        double seconds = 0;
        for (JsonNode node : status.path("nodes")) {
            entries = Math.max(entries, node.path("lagEntries").asLong());
            seconds = Math.max(seconds, node.path("lagSeconds").asDouble());
        }
        return new Sample(
                (System.nanoTime() - begun) / 1e9, status.path("lastIndex").asLong(), entries, seconds);
    }
}
