package io.understudy.demo.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.demo.fault.Contents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that lie, garble, stall and vanish harm nobody but themselves. */
class HostileClientsIT {
    private static final int CLIENTS = 1000;
    private static final long HEAP_GROWTH_BYTES_MAX = 24 << 20;
    private static final Duration CLEANED_UP_MAX = Duration.ofSeconds(30);

    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.shared();
        try (RawConnection c = login(node(1))) {
            c.query("create table victim(id int primary key, t text)");
            c.query("insert into victim values (1, 'a'), (2, 'b')");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static LocalNode node(int number) throws IOException {
        return cluster.local().node(number);
    }

    private static RawConnection login(LocalNode node) throws IOException {
        return RawConnection.login(node.clientPort(), cluster.local().password());
    }

    private static String refusal(String user, String database, String password) throws IOException {
        try (RawConnection c = RawConnection.open(node(2).clientPort())) {
            RawConnection.Answer last = c.startup(user, database, password).getLast();
            assertThat(c.read()).as("closed after " + last.text()).isEqualTo(-1);
            return last.field('C');
        }
    }

    @Test
    void loginsAreRefusedWithTheRightState() throws Exception {
        String password = cluster.local().password();
        assertThat(refusal("postgres", "postgres", "wrong")).isEqualTo("28P01");
        assertThat(refusal("nobody", "postgres", password)).isEqualTo("28P01");
        assertThat(refusal("postgres", "elsewhere", password)).isEqualTo("3D000");
    }

    @Test
    void whatIsNoStartupPacketClosesTheConnection() throws Exception {
        List<byte[]> beginnings = List.of(
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                ByteBuffer.allocate(64).putInt(Integer.MAX_VALUE).array(),
                ByteBuffer.allocate(64).putInt(-1).array(),
                ByteBuffer.allocate(64).putInt(0).array());
        for (byte[] beginning : beginnings) {
            try (RawConnection c = RawConnection.open(node(1).clientPort())) {
                c.raw(beginning);
                assertThat(c.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void brokenMessagesEndTheirSessionWithAProtocolViolation() throws Exception {
        for (int length : new int[] {Integer.MAX_VALUE, 0x7ffffff0, -1, 0, 4}) {
            try (RawConnection c = login(node(2))) {
                c.raw(ByteBuffer.allocate(9)
                        .put((byte) 'Q')
                        .putInt(length)
                        .putInt(0)
                        .array());
                assertThat(c.untilReady())
                        .singleElement()
                        .satisfies(a -> assertThat(a.field('C'))
                                .as("length " + length + ": " + a.text())
                                .isEqualTo("08P01"));
            }
        }
    }

    @Test
    void aMessageTooLargeForTheNodeEndsItsSessionAlone() throws Exception {
        for (byte type : new byte[] {'Q', 'P'}) {
            try (RawConnection c = login(node(1));
                    RawConnection other = login(node(1))) {
                c.raw(ByteBuffer.allocate(100_000).put(type).putInt(1 << 30).array());
                assertThat(c.untilReady())
                        .singleElement()
                        .satisfies(a -> assertThat(a.field('C')).as(a.text()).isEqualTo("54000"));
                other.query("select 1");
            }
        }
    }

    @Test
    void aThousandClientsThatVanishLeaveNothing() throws Exception {
        long seed = System.nanoTime();
        System.out.println("HostileClientsIT seed " + seed);
        Random random = new Random(seed);
        try (RawConnection holder = login(node(1))) {
            holder.query("begin; update victim set t = 'held' where id = 1");
            vanish(CLIENTS / 10, random);
            awaitNobodyBut(1);
            long before = heapBytes();
            vanish(CLIENTS - CLIENTS / 10, random);
            awaitNobodyBut(1);
            assertThat(heapBytes() - before)
                    .as("heap growth in bytes, seed " + seed)
                    .isLessThan(HEAP_GROWTH_BYTES_MAX);
            holder.query("rollback");
        }
        for (LocalNode node : cluster.local().nodes()) {
            try (RawConnection c = login(node)) {
                assertThat(c.query("update victim set t = t || '' where id in (1, 2)"))
                        .as("seed " + seed)
                        .extracting(RawConnection.Answer::text)
                        .contains("UPDATE 2\0");
                assertThat(c.query("select count(*) || '' from victim").get(1).text())
                        .endsWith("2");
            }
        }
    }

    private static void vanish(int clients, Random random) throws IOException {
        List<RawConnection> together = new ArrayList<>();
        for (int i = 1; i <= clients; i++) {
            together.add(misbehave(random));
            if (i % 10 == 0 || i == clients) {
                for (RawConnection c : together) {
                    if (random.nextBoolean()) {
                        c.vanish();
                    } else {
                        c.close();
                    }
                }
                together.clear();
            }
        }
    }

    private static RawConnection misbehave(Random random) throws IOException {
        LocalNode node = node(1 + random.nextInt(3));
        int how = random.nextInt(10);
        if (how == 0) {
            RawConnection c = RawConnection.open(node.clientPort());
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            c.raw(garbage);
            return c;
        }
        RawConnection c = login(node);
        switch (how) {
            case 1 -> c.sendQuery("select pg_sleep(600)");
            case 2 -> c.sendQuery("insert into victim select 7, pg_sleep(600)::text");
            case 3 -> c.query("begin; insert into victim values (" + (100 + random.nextInt(1 << 30)) + ", 'never')");
            case 4 -> c.sendQuery("update victim set t = 'waits' where id = 1");
            case 5 -> {
                c.query("begin; select pg_advisory_lock(" + random.nextInt(1_000_000) + ")");
                c.sendQuery("delete from victim where id = 1");
            }
            case 6 -> {
                c.sendQuery("copy victim from stdin");
                c.next();
                c.send('d', "9\tnever\n".getBytes(StandardCharsets.UTF_8));
            }
            case 7 -> c.sendQuery("select repeat('x', 1000) from generate_series(1, 100000)");
            case 8 -> {
                c.sendExtended("select pg_sleep(600)");
                c.send('S', new byte[0]);
            }
            default -> c.raw(new byte[] {'Q', 0, 0, 1, 0, 'x'});
        }
        return c;
    }

    /** Nothing runs, waits or is locked any more for those who vanished. */
    private static void awaitNobodyBut(long open) {
        await().atMost(CLEANED_UP_MAX).untilAsserted(() -> {
            long busy = 0;
            for (LocalNode node : cluster.local().nodes()) {
                busy += number(node, """
                    select count(*) from pg_stat_activity
                     where usename = 'postgres' and application_name not like 'understudy%'
                       and pid <> pg_backend_pid() and (state <> 'idle' or pid in (select pid from pg_locks))""");
            }
            assertThat(busy).isEqualTo(open);
        });
    }

    private static long number(LocalNode node, String sql) throws Exception {
        try (Connection c = Contents.connect(cluster.local(), node);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getLong(1);
        }
    }

    /** What is alive in all three proxies, after a collection. */
    private static long heapBytes() throws Exception {
        long bytes = 0;
        for (LocalNode node : cluster.local().nodes()) {
            Process p = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/jcmd",
                            Long.toString(node.proxyPid().orElseThrow()),
                            "GC.class_histogram")
                    .start();
            String last = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("Total"))
                    .findFirst()
                    .orElseThrow();
            bytes += Long.parseLong(last.trim().split("\\s+")[2]);
        }
        return bytes;
    }
}
