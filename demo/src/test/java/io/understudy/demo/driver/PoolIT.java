package io.understudy.demo.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.jdbc.UnderstudyConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HikariCP by URL alone: what it sets on connections, what it drops, and where it connects after a node is gone. */
class PoolIT {
    private static final Duration RESUME_LIMIT = Duration.ofSeconds(30);
    private static final int SIZE = 6;

    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.shared();
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void connectionsMoveAwayFromALostNodeAndCommitsAreSeenByAll() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(cluster.url());
        config.setMaximumPoolSize(SIZE);
        config.setConnectionTimeout(20_000);
        config.setSchema("public");
        config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        try (HikariDataSource pool = new HikariDataSource(config)) {
            try (Connection c = pool.getConnection();
                    Statement s = c.createStatement()) {
                assertThat(c.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
                assertThat(c.getSchema()).isEqualTo("public");
                s.execute("create table kept (n int primary key)");
                c.setNetworkTimeout(Runnable::run, 5_000);
                assertThat(c.getNetworkTimeout()).isEqualTo(5_000);
            }
            assertThat(nodes(pool)).hasSize(3);

            insert(pool, 1);
            assertThat(countedOnEach(pool)).containsOnly(1L);

            LocalNode lost = cluster.master();
            lost.killProxy();
            await().atMost(RESUME_LIMIT)
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> {
                        insert(pool, 2);
                        return true;
                    });
            await().atMost(RESUME_LIMIT)
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .untilAsserted(() -> assertThat(nodes(pool)).hasSize(2).doesNotContain(lost.name()));
            assertThat(countedOnEach(pool)).containsOnly(2L);

            lost.startProxy();
            cluster.awaitAllServing();
            // The driver learns that the node is back when it next asks, so the first ones that are made anew may not
            // go there.
            await().atMost(RESUME_LIMIT).untilAsserted(() -> {
                pool.getHikariPoolMXBean().softEvictConnections();
                assertThat(nodes(pool)).hasSize(3);
            });
            assertThat(countedOnEach(pool)).containsOnly(2L);
        }
    }

    /** One attempt may have committed although its connection was lost. */
    private static void insert(HikariDataSource pool, int n) throws SQLException {
        try (Connection c = pool.getConnection();
                PreparedStatement p = c.prepareStatement("insert into kept values (?) on conflict do nothing")) {
            p.setInt(1, n);
            p.executeUpdate();
        }
    }

    /** What every connection of the pool sees. */
    private static List<Long> countedOnEach(HikariDataSource pool) throws SQLException {
        List<Long> counts = new ArrayList<>();
        each(pool, c -> {
            try (Statement s = c.createStatement();
                    ResultSet r = s.executeQuery("select count(*) from kept")) {
                r.next();
                counts.add(r.getLong(1));
            }
        });
        return counts;
    }

    /** Where the pool's connections go. Each is used, for the pool does not look after one that it gave out a moment ago. */
    private static Set<String> nodes(HikariDataSource pool) throws SQLException {
        Set<String> nodes = new TreeSet<>();
        each(pool, c -> {
            try (Statement s = c.createStatement()) {
                s.execute("select 1");
            }
            nodes.add(c.unwrap(UnderstudyConnection.class).node());
        });
        return nodes;
    }

    private interface Use {
        void use(Connection c) throws SQLException;
    }

    /** Takes all connections at once, so that each is another one. */
    private static void each(HikariDataSource pool, Use use) throws SQLException {
        List<Connection> taken = new ArrayList<>();
        try {
            for (int i = 0; i < SIZE; i++) {
                Connection c = pool.getConnection();
                taken.add(c);
                use.use(c);
            }
        } finally {
            for (Connection c : taken) {
                c.close();
            }
        }
    }
}
