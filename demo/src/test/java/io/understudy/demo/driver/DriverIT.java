package io.understudy.demo.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.jdbc.Route;
import io.understudy.jdbc.UnderstudyConnection;
import java.io.StringReader;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** The driver against three real nodes that all stay up: what it opens, where statements run, and that JDBC works through it. */
class DriverIT {
    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.shared();
        try (Connection c = open();
                Statement s = c.createStatement()) {
            s.execute("create table item (id serial primary key, name text not null, tags text[])");
            s.execute("create function twice(inout n int) language sql immutable as 'select 2 * n'");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void connectionsAreSpreadOverTheNodes() throws SQLException {
        List<UnderstudyConnection> connections = new ArrayList<>();
        try {
            Set<String> nodes = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                connections.add(open());
                nodes.add(connections.getLast().node());
            }
            assertThat(nodes).containsExactlyInAnyOrder("node1", "node2", "node3");
        } finally {
            for (Connection c : connections) {
                c.close();
            }
        }
    }

    @Test
    void nodesThatTheUrlDoesNotNameAreFound() {
        String url = cluster.url(cluster.local().nodes().subList(0, 1));
        Set<String> nodes = new HashSet<>();
        List<Connection> connections = new ArrayList<>();
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                UnderstudyConnection c = open(url);
                connections.add(c);
                nodes.add(c.node());
                return nodes.size() == 3;
            });
        } finally {
            connections.forEach(DriverIT::closeQuietly);
        }
    }

    @Test
    void theTopologyIsOneRowPerNode() throws Exception {
        try (UnderstudyConnection c = open();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("show understudy.topology")) {
            List<String> names = new ArrayList<>();
            List<String> roles = new ArrayList<>();
            List<String> selves = new ArrayList<>();
            while (r.next()) {
                names.add(r.getString("name"));
                roles.add(r.getString("role"));
                LocalNode node = cluster.local().node(names.size());
                assertThat(r.getInt("client_port")).isEqualTo(node.clientPort());
                assertThat(r.getInt("admin_port")).isEqualTo(node.adminPort());
                assertThat(r.getLong("applied_index")).isPositive();
                if (r.getBoolean("self")) {
                    selves.add(r.getString("name"));
                }
            }
            assertThat(names).containsExactly("node1", "node2", "node3");
            assertThat(roles).containsExactlyInAnyOrder("master", "replica", "replica");
            assertThat(selves).containsExactly(c.node());
        }
    }

    @Test
    void theTokenOfATransactionIsKnownBeforeItsCommit() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            try (UnderstudyConnection c = open(cluster.url(List.of(node)) + "&understudy.topology=off");
                    Statement s = c.createStatement()) {
                assertThat(c.transactionToken()).isEmpty();
                c.setAutoCommit(false);
                s.executeUpdate("insert into item (name) values ('asked about')");
                String token = c.transactionToken().orElseThrow();
                c.commit();
                try (PreparedStatement p = c.prepareStatement("select understudy.outcome(?)")) {
                    p.setString(1, token);
                    ResultSet r = p.executeQuery();
                    r.next();
                    assertThat(r.getString(1)).isEqualTo("committed");
                }
            }
        }
    }

    @Test
    void whereEachStatementRanIsKnownThroughEveryNode() throws Exception {
        String master = cluster.master().name();
        for (LocalNode node : cluster.local().nodes()) {
            try (UnderstudyConnection c = open(cluster.url(List.of(node)) + "&understudy.topology=off");
                    Statement s = c.createStatement()) {
                s.executeUpdate("insert into item (name) values ('routed')");
                Route write = c.lastRoute().orElseThrow();
                assertThat(write.node()).isEqualTo(master);
                assertThat(write.reason()).isEqualTo("write");
                assertThat(write.index()).isPositive().isEqualTo(c.causalToken());

                s.executeQuery("select count(*) from item").close();
                Route read = c.lastRoute().orElseThrow();
                assertThat(read.reason()).isEqualTo("read");
                assertThat(read.node()).isNotEqualTo(master);
                assertThat(read.index()).isGreaterThanOrEqualTo(write.index());

                c.setAutoCommit(false);
                s.executeQuery("select count(*) from item").close();
                assertThat(c.lastRoute().orElseThrow().reason()).isEqualTo("read_write_transaction");
                assertThat(c.lastRoute().orElseThrow().node()).isEqualTo(master);
                c.rollback();

                c.setReadOnly(true);
                s.executeQuery("select count(*) from item").close();
                assertThat(c.lastRoute().orElseThrow().reason()).isEqualTo("read_only_transaction");
                assertThat(c.lastRoute().orElseThrow().node()).isNotEqualTo(master);
                c.commit();
                c.setReadOnly(false);
                c.setAutoCommit(true);

                assertThatThrownBy(() -> s.executeUpdate("insert into item values (0, null)"))
                        .isInstanceOf(SQLException.class);
                assertThat(c.lastRoute().orElseThrow().node()).isEqualTo(master);

                assertThatThrownBy(() -> s.executeQuery("select 1 / 0 from item"))
                        .isInstanceOf(SQLException.class);
                assertThat(c.lastRoute().orElseThrow().reason()).isEqualTo("read");

                Route last = c.lastRoute().orElseThrow();
                try (ResultSet r = s.executeQuery("show understudy.last_route")) {
                    assertThat(r.next()).isTrue();
                    assertThat(new Route(r.getString("node"), r.getString("reason"), r.getLong("index")))
                            .isEqualTo(last);
                }
            }
        }
    }

    @Test
    void whatOneConnectionCommittedEveryOtherReads() throws SQLException {
        try (UnderstudyConnection a = open();
                UnderstudyConnection b = open();
                UnderstudyConnection c = open();
                Statement writer = a.createStatement();
                PreparedStatement onB = b.prepareStatement("select count(*) from item where name = ?");
                PreparedStatement onC = c.prepareStatement("select count(*) from item where name = ?")) {
            for (int i = 0; i < 200; i++) {
                writer.executeUpdate("insert into item (name) values ('causal" + i + "')");
                for (PreparedStatement reader : List.of(onB, onC)) {
                    reader.setString(1, "causal" + i);
                    try (ResultSet r = reader.executeQuery()) {
                        r.next();
                        assertThat(r.getInt(1)).as("round %d", i).isEqualTo(1);
                    }
                }
            }
            assertThat(b.lastRoute().orElseThrow().reason()).isIn("read", "no_replica_caught_up");
        }
    }

    @Test
    void aTokenCanBeCarriedToAnotherService() throws SQLException {
        try (UnderstudyConnection here = open();
                UnderstudyConnection there = open(cluster.url() + "&understudy.causality=connection");
                Statement s = there.createStatement()) {
            here.createStatement().executeUpdate("insert into item (name) values ('handed on')");
            there.causalToken(here.causalToken());
            try (ResultSet r = s.executeQuery("select count(*) from item where name = 'handed on'")) {
                r.next();
                assertThat(r.getInt(1)).isEqualTo(1);
            }
            assertThat(there.causalToken()).isGreaterThanOrEqualTo(here.causalToken());
        }
    }

    @Test
    void jdbcWorksAsWithPgjdbc() throws Exception {
        try (UnderstudyConnection c = open()) {
            c.setAutoCommit(false);
            try (PreparedStatement p = c.prepareStatement(
                    "insert into item (name, tags) values (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
                Array tags = c.createArrayOf("text", new Object[] {"a", "b"});
                for (int i = 0; i < 20; i++) {
                    p.setString(1, "batch");
                    p.setArray(2, tags);
                    p.addBatch();
                }
                assertThat(p.executeBatch()).hasSize(20).containsOnly(1);
                try (ResultSet keys = p.getGeneratedKeys()) {
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getInt("id")).isPositive();
                    assertThat(keys.getStatement()).isSameAs(p);
                }
            }
            Savepoint savepoint = c.setSavepoint();
            try (Statement s = c.createStatement()) {
                assertThatThrownBy(() -> s.execute("insert into item (name) values (null)"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("23502"));
            }
            c.rollback(savepoint);
            c.commit();
            c.setAutoCommit(true);
            try (CallableStatement call = c.prepareCall("{? = call twice(?)}")) {
                call.registerOutParameter(1, java.sql.Types.INTEGER);
                call.setInt(2, 21);
                call.execute();
                assertThat(call.getInt(1)).isEqualTo(42);
            }
            PGConnection pg = c.unwrap(PGConnection.class);
            assertThat(pg.getCopyAPI().copyIn("copy item (name) from stdin", new StringReader("copied\n")))
                    .isEqualTo(1);
            try (ResultSet tables = c.getMetaData().getTables(null, "public", "item", null)) {
                assertThat(tables.next()).isTrue();
            }
            assertThat(c.isValid(5)).isTrue();
            assertThat(c.getMetaData().getURL())
                    .startsWith("jdbc:understudy://")
                    .doesNotContain("password");
            assertThat(c.getMetaData().getDatabaseProductName()).isEqualTo("PostgreSQL");
        }
    }

    @Test
    void aServerThatIsNoNodeIsRefusedUnlessAllowed() throws SQLException {
        LocalNode node = cluster.local().nodes().getFirst();
        String url = "jdbc:understudy://127.0.0.1:" + node.postgresPort() + "/postgres";
        Properties login = new Properties();
        login.setProperty("user", "postgres");
        login.setProperty("password", cluster.local().password());
        assertThatThrownBy(() -> DriverManager.getConnection(url, login))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("is a PostgreSQL server and no node of Understudy");
        try (Connection c = DriverManager.getConnection(url + "?understudy.plainServers=allow", login)) {
            assertThat(c.unwrap(UnderstudyConnection.class).lastRoute()).isEmpty();
            c.createStatement().executeQuery("select 1").close();
        }
    }

    @Test
    void aWrongPasswordIsToldAsSuch() {
        assertThatThrownBy(
                        () -> DriverManager.getConnection(cluster.url().replaceFirst("password=.*", "password=wrong")))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    private static UnderstudyConnection open() throws SQLException {
        return open(cluster.url());
    }

    private static UnderstudyConnection open(String url) throws SQLException {
        return DriverManager.getConnection(url).unwrap(UnderstudyConnection.class);
    }

    private static void closeQuietly(Connection c) {
        try {
            c.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
