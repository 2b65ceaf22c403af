package io.understudy.demo.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;

/** Once a second: writes, reads by node, lag by node. */
final class LiveLine {
    private static final Duration STEP = Duration.ofSeconds(1);

    private final LocalCluster cluster;
    private final Tally tally;
    private final ServerReads reads;
    private final Teller teller;
    private final long begunNanos = System.nanoTime();
    private final Map<String, Long> readsBefore = new TreeMap<>();
    private long writesBefore;
    private long lineNanos = begunNanos;

    LiveLine(LocalCluster cluster, Tally tally, ServerReads reads, Teller teller) {
        this.cluster = cluster;
        this.tally = tally;
        this.reads = reads;
        this.teller = teller;
    }

    /** Shows lines for that long, and until that is done. */
    void show(Duration length, Future<?> until) throws InterruptedException, IOException, SQLException {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() - end < 0 || !until.isDone()) {
            Thread.sleep(STEP);
            teller.live(line());
        }
    }

    private String line() throws IOException, SQLException {
        long now = System.nanoTime();
        double seconds = (now - lineNanos) / 1e9;
        lineNanos = now;
        JsonNode status = cluster.status();
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT, "%4.0f s  %5.0f writes/s", (now - begunNanos) / 1e9, rate(tally.writes(), seconds)));
        int i = 0;
        for (LocalNode node : cluster.nodes()) {
            long answered = reads.on(node);
            double perSecond = (answered - readsBefore.getOrDefault(node.name(), 0L)) / seconds;
            readsBefore.put(node.name(), answered);
            JsonNode known = status.path("nodes").path(i++);
            line.append(String.format(
                    Locale.ROOT,
                    "  |  %s %s %5.0f reads/s, lag %d",
                    node.name(),
                    word(known),
                    perSecond,
                    known.path("lagEntries").asLong()));
        }
        return line.toString();
    }

    private double rate(long writes, double seconds) {
        double rate = (writes - writesBefore) / seconds;
        writesBefore = writes;
        return rate;
    }

    private static String word(JsonNode node) {
        String state = node.path("state").asText();
        return state.equals("unreachable") ? "gone   " : String.format("%-7s", state);
    }
}
