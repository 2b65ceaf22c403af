package io.understudy.demo.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many more clients than connections to a server. */
class FewConnectionsIT {
    private static final int CONNECTIONS = 5;
    private static final int CLIENTS = 10 * CONNECTIONS;
    private static final int TRANSACTIONS = 15;

    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.start(file -> {
            String yaml = Files.readString(file);
            assertThat(yaml).contains("pool-size: 100");
            Files.writeString(file, yaml.replace("pool-size: 100", "pool-size: " + CONNECTIONS));
        });
        try (RawConnection c = login(cluster.master())) {
            c.query("create table f (client int, round int)");
            c.query("create table s (a bigserial, b int)");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void emptyTable() throws Exception {
        try (RawConnection c = login(cluster.master())) {
            c.query("truncate f");
        }
    }

    private static RawConnection login(LocalNode node) throws IOException {
        return RawConnection.login(node.clientPort(), cluster.local().password());
    }

    private static String types(List<RawConnection.Answer> answers) {
        return answers.stream()
                .map(a -> a.type() == 'E' ? "E (" + a.field('M') + ")" : String.valueOf(a.type()))
                .collect(Collectors.joining());
    }

    /** As many open transactions as there are connections. */
    private static List<RawConnection> holders(LocalNode node) throws IOException {
        List<RawConnection> holders = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            RawConnection c = login(node);
            holders.add(c);
            c.query("begin");
            assertThat(types(c.query("insert into f values (" + i + ", 0)"))).isEqualTo("CZ");
        }
        return holders;
    }

    private static void close(List<RawConnection> connections) throws IOException {
        for (RawConnection c : connections) {
            c.close();
        }
    }

    /** A program that goes on with its other clients only then would wait for ever for itself. */
    @Test
    void statementsArePreparedWhileOthersHoldAllConnections() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            List<RawConnection> holders = holders(node);
            try (RawConnection c = login(node)) {
                c.query("begin");
                c.send('P', "w\0insert into f values (9, 9)\0\0\0".getBytes(UTF_8));
                c.send('S', new byte[0]);
                assertThat(types(c.untilReady())).as(node.name()).isEqualTo("1Z");
                c.send('B', "\0w\0\0\0\0\0\0\0".getBytes(UTF_8));
                c.send('E', new byte[5]);
                c.send('S', new byte[0]);
                assertThat(types(holders.getFirst().query("commit"))).isEqualTo("CZ");
                assertThat(types(c.untilReady())).as(node.name()).isEqualTo("2CZ");
                assertThat(types(c.query("commit"))).isEqualTo("CZ");
            } finally {
                close(holders);
            }
        }
    }

    @Test
    void whatCannotBePreparedIsRefusedAsTheMasterDoes() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            try (RawConnection c = login(node)) {
                c.query("begin");
                c.send('P', "w\0insert into nowhere values (9, 9)\0\0\0".getBytes(UTF_8));
                c.send('S', new byte[0]);
                List<RawConnection.Answer> answers = c.untilReady();
                assertThat(answers).anySatisfy(a -> assertThat(a.field('C')).isEqualTo("42P01"));
                assertThat(answers.getLast().text())
                        .as("the transaction failed")
                        .isEqualTo("E");
                c.query("rollback");
                assertThat(types(c.query("insert into f values (1, 1)"))).isEqualTo("CZ");
            }
        }
    }

    @Test
    void everybodyHasATurn() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                LocalNode node = cluster.local().nodes().get(i % 3);
                running.add(threads.submit(() -> {
                    transactions(node, client);
                    return null;
                }));
            }
            for (Future<?> r : running) {
                r.get();
            }
        }
        try (RawConnection c = login(cluster.master())) {
            assertThat(c.query("select count(*) from f").get(1).text()).endsWith("" + CLIENTS * TRANSACTIONS);
        }
    }

    private static void transactions(LocalNode node, int client) throws SQLException {
        try (Connection c = cluster.local().connect(node, Duration.ofSeconds(30));
                PreparedStatement insert = c.prepareStatement("insert into f values (?, ?)")) {
            c.setAutoCommit(false);
            for (int round = 0; round < TRANSACTIONS; round++) {
                insert.setInt(1, client);
                insert.setInt(2, round);
                insert.executeUpdate();
                c.commit();
            }
        }
    }

    /** What they got from sequences keeps a connection for each, while nobody needs it. */
    @Test
    void idleSessionsGiveUpWhatTheyKeepForSequences() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            List<RawConnection> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 3 * CONNECTIONS; i++) {
                    RawConnection c = login(node);
                    clients.add(c);
                    assertThat(types(c.query("insert into s (b) values (" + i + ")")))
                            .as(node.name())
                            .isEqualTo("CZ");
                }
                assertThat(clients.getFirst().query("select lastval()"))
                        .as("whose connection was the first to go")
                        .anySatisfy(a -> assertThat(a.field('C')).isEqualTo("55000"));
                for (RawConnection c : clients) {
                    assertThat(types(c.query("insert into s (b) values (1)"))).isEqualTo("CZ");
                    assertThat(types(c.query("select lastval()"))).isEqualTo("TDCZ");
                }
            } finally {
                close(clients);
            }
        }
    }

    @Test
    void whoWaitsInVainIsToldWhatFor() throws Exception {
        LocalNode master = cluster.master();
        List<RawConnection> holders = holders(master);
        try (RawConnection c = login(master)) {
            assertThat(c.query("insert into f values (5, 5)")).anySatisfy(a -> {
                assertThat(a.field('C')).isEqualTo("53300");
                assertThat(a.field('M')).contains("all " + CONNECTIONS + " connections of role \"postgres\"");
                assertThat(a.field('H')).contains("pool-size");
            });
        } finally {
            close(holders);
        }
    }
}
