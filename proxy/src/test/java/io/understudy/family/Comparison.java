package io.understudy.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.embedded.ServerPicture;
import io.understudy.family.InProcessCluster.State;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What the servers of a cluster hold, when all have applied the same. */
final class Comparison {
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    /** Sequences' exact positions are logged when they have come to rest. */
    private static final Duration EQUAL_LIMIT = Duration.ofSeconds(30);

    private static final long POLL_MILLIS = 20;

    private final InProcessCluster cluster;

    Comparison(InProcessCluster cluster) {
        this.cluster = cluster;
    }

    /** Waits until that node knows as much of the log as any: what was acknowledged may be news to it. */
    void awaitLog(int node) throws IOException {
        long last = cluster.states().stream().mapToLong(State::last).max().orElseThrow();
        long end = System.nanoTime() + SETTLE_LIMIT.toNanos();
        while (cluster.log(node).known() < last) {
            assertThat(System.nanoTime())
                    .as("n%d does not hear of entry %d", node + 1, last)
                    .isLessThan(end);
            pause();
        }
    }

    /** Waits until every node has applied the same, or one is in quarantine. @return whether none is */
    boolean settle() throws IOException {
        long end = System.nanoTime() + SETTLE_LIMIT.toNanos();
        while (true) {
            List<State> states = cluster.states();
            if (states.stream().anyMatch(s -> s.state().equals("quarantined"))) {
                return false;
            }
            long last = states.stream().mapToLong(State::last).max().orElseThrow();
            if (states.stream().allMatch(s -> s.applied() == last)) {
                return true;
            }
            assertThat(System.nanoTime())
                    .as("nodes do not come to the same index: %s", states)
                    .isLessThan(end);
            pause();
        }
    }

    /** Whether all servers hold the same, sequences' positions included. */
    void assertEqual() throws SQLException, IOException {
        long end = System.nanoTime() + EQUAL_LIMIT.toNanos();
        List<String> differences;
        do {
            assertThat(settle())
                    .as("no node is in quarantine: %s", cluster.states())
                    .isTrue();
            differences = differences();
            pause();
        } while (!differences.isEmpty() && System.nanoTime() < end);
        assertThat(differences).as("differences between the servers").isEmpty();
    }

    /** What servers hold differently now. */
    List<String> differences() throws SQLException {
        List<String> differences = new ArrayList<>();
        ServerPicture first = picture(0);
        for (int i = 1; i < cluster.size(); i++) {
            differences.addAll(first.differences("n1", "n" + (i + 1), picture(i)));
        }
        return differences;
    }

    private ServerPicture picture(int node) throws SQLException {
        try (Connection server = cluster.server(node)) {
            return ServerPicture.of(server);
        }
    }

    private static void pause() {
        LockSupport.parkNanos(POLL_MILLIS * 1_000_000);
    }
}
