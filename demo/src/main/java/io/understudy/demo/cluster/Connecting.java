package io.understudy.demo.cluster;

import io.understudy.command.Printed;
import java.util.ArrayList;
import java.util.List;

/** Says how to reach a cluster. */
public final class Connecting {
    private Connecting() {}

    /** For people: where each node listens, the password, ready-made commands; ends with a line break. */
    public static String text(LocalCluster cluster) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("node", "clients", "console", "its PostgreSQL"));
        for (LocalNode node : cluster.nodes()) {
            rows.add(List.of(
                    node.name(),
                    node.host() + ":" + node.clientPort(),
                    "http://" + node.host() + ":" + node.adminPort(),
                    node.host() + ":" + node.postgresPort()));
        }
        LocalNode first = cluster.nodes().getFirst();
        return Printed.table(rows)
                + "user postgres, database postgres, password " + cluster.password() + " (in "
                + cluster.directory().resolve("password") + ")\n"
                + "JDBC:     " + cluster.jdbcUrl() + "?user=postgres&password=" + cluster.password() + "\n"
                + "psql:     PGPASSWORD=" + cluster.password() + " psql -h 127.0.0.1 -p " + first.clientPort()
                + " -U postgres postgres\n"
                + "console:  http://127.0.0.1:" + first.adminPort() + "/  (sign in as postgres with that password)\n"
                + "the cluster accepts writes\n";
    }
}
