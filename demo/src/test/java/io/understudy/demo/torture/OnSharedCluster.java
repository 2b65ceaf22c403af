package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** For tests that leave their nodes whole: on the cluster that such classes use one after another. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class OnSharedCluster {
    RunningCluster running;
    LocalCluster cluster;

    @BeforeAll
    final void borrowCluster() throws IOException {
        running = RunningCluster.shared();
        cluster = running.local();
    }

    @AfterAll
    final void giveClusterBack() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    final Connection connect(Protocol protocol, int node) throws SQLException, IOException {
        return protocol.connect(cluster.node(node), "postgres", cluster.password());
    }

    final void run(Protocol protocol, int node, String... statements) throws SQLException, IOException {
        try (Connection c = connect(protocol, node)) {
            execute(c, statements);
        }
    }

    static void execute(Connection c, String... statements) throws SQLException {
        try (Statement s = c.createStatement()) {
            for (String sql : statements) {
                s.execute(sql);
            }
        }
    }

    /** What is on the servers themselves, rows, sequences and catalog. */
    final void assertNodesEqual() throws SQLException, IOException {
        assertThat(new Inspection(cluster).findings()).isEmpty();
    }
}
