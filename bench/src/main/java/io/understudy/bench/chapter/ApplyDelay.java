package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.load.Target;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long after a commit's answer its change can be seen in the replicas' servers themselves. */
final class ApplyDelay {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ApplyDelay() {}

    /** Milliseconds until the last replica had it, one for each of so many commits. */
    static List<Double> measure(UnderstudyCluster cluster, int commits) throws SQLException, IOException {
        String password = cluster.local().password();
        List<Connection> replicas = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        try (Connection master = cluster.target().connect();
                PreparedStatement write =
                        master.prepareStatement("UPDATE pgbench_branches SET filler = ? WHERE bid = 1")) {
            for (LocalNode node : cluster.replicas()) {
                replicas.add(new Target(node.host(), node.postgresPort(), password).connect());
            }
            for (int i = 0; i < commits; i++) {
                String value = "apply " + i;
                write.setString(1, value);
                write.executeUpdate();
                long answered = System.nanoTime();
                for (Connection replica : replicas) {
                    await(replica, value, answered);
                }
                millis.add((System.nanoTime() - answered) / 1e6);
            }
        } finally {
            for (Connection replica : replicas) {
                replica.close();
            }
        }
        return millis;
    }

    private static void await(Connection replica, String value, long since) throws SQLException, IOException {
        try (PreparedStatement look =
                replica.prepareStatement("SELECT rtrim(filler) FROM pgbench_branches WHERE bid = 1")) {
            while (true) {
                try (ResultSet r = look.executeQuery()) {
                    if (r.next() && value.equals(r.getString(1))) {
                        return;
                    }
                }
                if (System.nanoTime() - since > PATIENCE.toNanos()) {
                    throw new IOException("a replica does not have a change after " + PATIENCE.toSeconds() + " s");
                }
            }
        }
    }
}
