package io.understudy.demo.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.demo.fault.Contents;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Values so long that neither the message with them nor the image of their row fits into a node's share of memory, through all nodes at once. */
class LongValuesIT {
    private static final int BYTES = 17_000_000;

    @Test
    void arriveOnEveryServer() throws Exception {
        try (RunningCluster cluster = RunningCluster.shared()) {
            try (Connection c = connect(cluster, cluster.local().node(1));
                    Statement s = c.createStatement()) {
                s.execute("create table film(id int primary key, reel bytea, title text)");
            }
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> running = new ArrayList<>();
                for (LocalNode node : cluster.local().nodes()) {
                    running.add(clients.submit(() -> insertAndChange(cluster, node)));
                }
                for (Future<?> f : running) {
                    f.get();
                }
            }
            await().atMost(Duration.ofSeconds(120))
                    .untilAsserted(() -> assertThat(Contents.differences(Contents.ofAll(cluster.local())))
                            .isEmpty());
        }
    }

    private static Void insertAndChange(RunningCluster cluster, LocalNode node) throws Exception {
        byte[] reel = new byte[BYTES];
        new Random(node.number()).nextBytes(reel);
        try (Connection c = connect(cluster, node);
                PreparedStatement insert = c.prepareStatement("insert into film values (?, ?, ?)");
                PreparedStatement update = c.prepareStatement("update film set title = title || ? where id = ?");
                PreparedStatement select = c.prepareStatement("select md5(reel), title from film where id = ?")) {
            insert.setInt(1, node.number());
            insert.setBytes(2, reel);
            insert.setString(3, "ä");
            assertThat(insert.executeUpdate()).isEqualTo(1);
            update.setString(1, "€");
            update.setInt(2, node.number());
            assertThat(update.executeUpdate()).isEqualTo(1);
            select.setInt(1, node.number());
            try (ResultSet r = select.executeQuery()) {
                assertThat(r.next()).isTrue();
                assertThat(r.getString(1))
                        .isEqualTo(HexFormat.of()
                                .formatHex(MessageDigest.getInstance("MD5").digest(reel)));
                assertThat(r.getString(2)).isEqualTo("ä€");
            }
        }
        return null;
    }

    private static Connection connect(RunningCluster cluster, LocalNode node) throws Exception {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + node.clientPort() + "/postgres",
                "postgres",
                cluster.local().password());
    }
}
