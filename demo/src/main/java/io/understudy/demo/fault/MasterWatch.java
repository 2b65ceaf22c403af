package io.understudy.demo.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Asks every node several times a second whether it is open as master, and in which epoch: no epoch may have two. Until closed. */
final class MasterWatch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 200;

    private final Map<Long, Set<String>> byEpoch = new TreeMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    MasterWatch(LocalCluster cluster) {
        for (LocalNode node : cluster.nodes()) {
            threads.add(Thread.ofVirtual().start(() -> watch(node, cluster.password())));
        }
    }

    private void watch(LocalNode node, String password) {
        URI uri = URI.create("http://" + node.host() + ":" + node.adminPort());
        try (AdminClient client = new AdminClient(List.of(uri), password)) {
            while (!over) {
                try {
                    note(node.name(), client.status());
                } catch (IOException e) {
                    // It is one of those that are ended, frozen or cut off.
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(String name, JsonNode status) {
        for (JsonNode node : status.path("nodes")) {
            if (node.path("name").asText().equals(name)
                    && node.path("state").asText().equals("master")) {
                open(name, status.path("epoch").asLong());
            }
        }
    }

    synchronized void open(String node, long epoch) {
        byEpoch.computeIfAbsent(epoch, e -> new TreeSet<>()).add(node);
    }

    /** How many epochs were seen, and what is wrong. */
    synchronized List<String> findings() {
        List<String> findings = new ArrayList<>();
        byEpoch.forEach((epoch, nodes) -> {
            if (nodes.size() > 1) {
                findings.add("two masters in epoch " + epoch + ": " + nodes);
            }
        });
        return findings;
    }

    @Override
    public void close() {
        over = true;
        threads.forEach(Thread::interrupt);
    }
}
