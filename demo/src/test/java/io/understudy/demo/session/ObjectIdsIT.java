package io.understudy.demo.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.demo.fault.Contents;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.util.PGobject;

/** Tables and types have other object ids on each server; a driver must find what it is told of, and be understood. */
class ObjectIdsIT {
    private RunningCluster running;
    private LocalCluster cluster;

    @BeforeEach
    void start() throws IOException {
        running = RunningCluster.shared();
        cluster = running.local();
    }

    @AfterEach
    void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    private Connection connect(LocalNode node) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + node.host() + ":" + node.clientPort()
                + "/postgres?user=postgres&password=" + cluster.password());
    }

    @Test
    void driversFindTypesAndTablesOfResultsAndNameTypesOfParameters() throws Exception {
        apart();
        try (Connection c = connect(cluster.node(1));
                Statement s = c.createStatement()) {
            s.execute("create type mood as enum ('sad', 'happy')");
            s.execute("create type pair as (x int, m mood)");
            s.execute("create table people (id int primary key, m mood, ms mood[], p pair)");
            s.execute("insert into people values (1, 'happy', '{sad,happy}', '(7,sad)')");
        }
        reads();
        LocalNode master = running.master();
        master.killProxy();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> !running.master().name().equals(master.name()));
        reads();
    }

    /** Servers count up whenever they give an id, whatever became of the transaction. */
    private void apart() throws IOException, SQLException {
        for (int n = 1; n <= cluster.nodes().size(); n++) {
            try (Connection c = Contents.connect(cluster, cluster.node(n));
                    Statement s = c.createStatement()) {
                s.execute("set default_transaction_read_only = off");
                c.setAutoCommit(false);
                for (int i = 0; i < 10 * n; i++) {
                    s.execute("create temp table burnt" + i + " (x int)");
                }
                c.rollback();
            }
        }
    }

    private void reads() throws IOException, SQLException {
        for (LocalNode node : cluster.nodes()) {
            if (node.proxyPid().isEmpty()) {
                continue;
            }
            for (int round = 0; round < 8; round++) {
                try (Connection c = connect(node)) {
                    results(c, node.name());
                    parameters(c, node.name());
                }
            }
        }
    }

    private static void results(Connection c, String node) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery("select id, m, ms, p from people")) {
            ResultSetMetaData m = r.getMetaData();
            assertThat(((PGResultSetMetaData) m).getBaseTableName(2)).as(node).isEqualTo("people");
            assertThat(m.getColumnTypeName(2)).as(node).isEqualTo("mood");
            assertThat(m.getColumnTypeName(4)).as(node).isEqualTo("pair");
            assertThat(r.next()).isTrue();
            assertThat(r.getObject(2)).as(node).hasToString("happy");
            assertThat((Object[]) r.getArray(3).getArray())
                    .as(node)
                    .extracting(String::valueOf)
                    .containsExactly("sad", "happy");
            assertThat(r.getObject(4)).as(node).hasToString("(7,sad)");
        }
    }

    private static void parameters(Connection c, String node) throws SQLException {
        try (PreparedStatement s =
                c.prepareStatement("select count(*) from people where m = any (?) and p = ? and m = ?")) {
            Array moods = c.createArrayOf("mood", new String[] {"happy"});
            PGobject pair = new PGobject();
            pair.setType("pair");
            pair.setValue("(7,sad)");
            for (int i = 0; i < 7; i++) {
                s.setArray(1, moods);
                s.setObject(2, pair);
                s.setObject(3, "happy", Types.OTHER);
                try (ResultSet r = s.executeQuery()) {
                    assertThat(r.next()).isTrue();
                    assertThat(r.getInt(1)).as(node).isEqualTo(1);
                }
            }
            assertThat(s.getParameterMetaData().getParameterTypeName(3))
                    .as(node)
                    .isEqualTo("mood");
        }
    }
}
