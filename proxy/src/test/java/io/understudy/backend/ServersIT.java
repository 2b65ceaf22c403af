package io.understudy.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServersIT {
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static @Nullable TestPostgres postgres;
    private Servers servers = new Servers(PoolLimits.of(1));

    private static TestPostgres pg() {
        return Objects.requireNonNull(postgres);
    }

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start("max_connections=20");
        pg().execute("create role app login password 'tiger'", "create table t (i int)", "grant all on t to app");
        pg().execute("alter database postgres set default_transaction_read_only = on");
    }

    @AfterAll
    static void stop() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void open() {
        servers =
                new Servers(new PoolLimits(3, 6, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(60)));
    }

    @AfterEach
    void close() {
        servers.close();
    }

    private static Login app() {
        return new Login("app", "postgres", new Credentials.Password("tiger"));
    }

    private Backend lease(Access access) throws IOException {
        return servers.lease(pg().address(), app(), Map.of(), access, WAIT);
    }

    @Test
    void releasedConnectionsAreLeasedAgainAndDiscardedOnesAreNot() throws Exception {
        Backend a = lease(Access.READ_WRITE);
        long first = a.lease();
        a.settingsFingerprint("x");
        a.add(5, id -> {});
        a.release();
        Backend again = lease(Access.READ_WRITE);
        assertThat(again).isSameAs(a);
        assertThat(again.lease()).isGreaterThan(first);
        assertThat(again.settingsFingerprint()).isEqualTo("x");
        assertThat(again.has(5)).isTrue();
        again.discard();
        again.discard();
        again.release();
        Backend other = lease(Access.READ_WRITE);
        assertThat(other).isNotSameAs(a);
        assertThat(other.has(5)).isFalse();
        other.release();
        await().untilAsserted(() -> assertThat(sessions()).isEqualTo(1));
    }

    @Test
    void accessIsWhatTheSessionStartsAndResetsWith() throws Exception {
        Map<String, String> hostile =
                Map.of("options", "-c default_transaction_read_only=off", "Default_Transaction_Read_Only", "off");
        Backend reader = servers.lease(pg().address(), app(), hostile, Access.READ_ONLY, WAIT);
        assertThatThrownBy(() -> reader.query("insert into t values (1)")).hasMessageStartingWith("25006");
        reader.query("set default_transaction_read_only = off");
        reader.query("reset all");
        assertThatThrownBy(() -> reader.query("insert into t values (1)")).hasMessageStartingWith("25006");
        reader.query("set default_transaction_read_only = off");
        reader.release();
        assertThat(reader.lost()).as("no longer what it was leased as").isTrue();
        Backend writer = lease(Access.READ_WRITE);
        writer.query("insert into t values (1)");
        assertThat(writer.query("show synchronous_commit").get(0)).containsExactly("off");
        assertThat(writer.query("select current_user, session_user").get(0)).containsExactly("app", "app");
        writer.release();
    }

    @Test
    void whoWaitsForAConnectionToALostServerIsToldWhenItIsGivenUp() throws Exception {
        Duration never = Duration.ofHours(1);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Servers patient = new Servers(new PoolLimits(3, 6, never, never, Duration.ofSeconds(60)));
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            ServerAddress address = new ServerAddress("127.0.0.1", silent.getLocalPort());
            Future<Backend> waiting =
                    executor.submit(() -> patient.lease(address, app(), Map.of(), Access.READ_ONLY, never));
            try (Socket accepted = silent.accept()) {
                assertThat(accepted.getInputStream().read())
                        .as("the login has begun")
                        .isNotNegative();
                patient.giveUpConnecting(address);
                assertThatThrownBy(waiting::get)
                        .cause()
                        .isInstanceOfSatisfying(
                                BackendUnavailable.class,
                                e -> assertThat(e.fromServer()).isFalse());
            }
        }
    }

    @Test
    void anExhaustedPoolWaitsThenSays53300() throws Exception {
        List<Backend> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(lease(Access.READ_ONLY));
        }
        assertThat(all).doesNotHaveDuplicates();
        BackendUnavailable e = catchThrowableOfType(
                BackendUnavailable.class,
                () -> servers.lease(pg().address(), app(), Map.of(), Access.READ_ONLY, Duration.ofMillis(30)));
        assertThat(e.sqlState()).isEqualTo("53300");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Backend> waiting = threads.submit(() -> lease(Access.READ_ONLY));
            all.get(1).release();
            assertThat(waiting.get()).isSameAs(all.get(1));
            waiting.get().release();
        }
        all.get(0).release();
        all.get(2).discard();
        for (int i = 0; i < 3; i++) {
            all.set(i, lease(Access.READ_ONLY));
        }
        all.forEach(Backend::release);
    }

    @Test
    void idleConnectionsOfOtherPoolsMakeRoom() throws Exception {
        for (String name : List.of("a", "b", "c", "d")) {
            List<Backend> three = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                three.add(
                        servers.lease(pg().address(), app(), Map.of("application_name", name), Access.READ_ONLY, WAIT));
            }
            three.forEach(Backend::release);
            assertThat(sessions()).isLessThanOrEqualTo(6);
        }
        assertThat(servers.pools()).isEqualTo(4);
    }

    @Test
    void theServersOwnRefusalComesAtOnce() throws Exception {
        Login wrong = new Login("app", "postgres", new Credentials.Password("wrong"));
        long start = System.nanoTime();
        BackendUnavailable e = catchThrowableOfType(
                BackendUnavailable.class,
                () -> servers.lease(pg().address(), wrong, Map.of(), Access.READ_ONLY, Duration.ofSeconds(20)));
        assertThat(e.sqlState()).isEqualTo("28P01");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aServerThatIsDownFailsAtOnceAndIsUsedAtOnceWhenItIsBack() throws Exception {
        try (TestPostgres other = TestPostgres.start()) {
            Login login = other.superuser();
            servers.lease(other.address(), login, Map.of(), Access.READ_ONLY, WAIT)
                    .release();
            other.stop();
            for (int i = 0; i < 50; i++) {
                long start = System.nanoTime();
                IOException e = catchThrowableOfType(IOException.class, () -> {
                    Backend b = servers.lease(other.address(), login, Map.of(), Access.READ_ONLY, WAIT);
                    // a connection that died without a word is noticed when it is used
                    b.query("select 1");
                });
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
                if (e instanceof BackendUnavailable u && u.sqlState().equals("08006")) {
                    continue;
                }
                assertThat(i).as("first uses only").isLessThan(5);
            }
            other.restart();
            long start = System.nanoTime();
            await().pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
                Backend b = servers.lease(other.address(), login, Map.of(), Access.READ_ONLY, WAIT);
                assertThat(b.query("select 1").get(0)).containsExactly("1");
                b.release();
            });
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void aHostThatDoesNotAnswerFailsAfterTheConnectTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1)) {
            ServerAddress address = new ServerAddress("127.0.0.1", silent.getLocalPort());
            Servers quick = new Servers(
                    new PoolLimits(1, 1, Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofSeconds(60)));
            try (quick) {
                long start = System.nanoTime();
                assertThatThrownBy(() -> quick.lease(address, app(), Map.of(), Access.READ_ONLY, WAIT))
                        .isInstanceOf(BackendUnavailable.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            }
        }
    }

    @Test
    void connectionsEndedByTheServerWhileIdleAreNotLeased() throws Exception {
        Backend a = lease(Access.READ_ONLY);
        int pid = a.pid();
        a.release();
        pg().execute("select pg_terminate_backend(" + pid + ")");
        await().untilAsserted(() -> assertThat(sessions()).isZero());
        Backend b = lease(Access.READ_ONLY);
        assertThat(b.pid()).isNotEqualTo(pid);
        assertThat(b.query("select 1").get(0)).containsExactly("1");
        b.release();
    }

    @Test
    void aLateCancelHitsNobody() throws Exception {
        for (int i = 0; i < 20; i++) {
            Backend b = lease(Access.READ_ONLY);
            b.query("select 1");
            assertThat(b.cancel(b.lease())).isTrue();
            b.release();
            Backend next = lease(Access.READ_ONLY);
            assertThat(next).isSameAs(b);
            assertThat(next.query("select pg_sleep(0.005)")).hasSize(1);
            next.release();
        }
    }

    @Test
    void jdbcForTheNodeItselfWritesAndIsPooled() throws Exception {
        var source = servers.jdbc(pg().address(), "postgres", pg().password(), "postgres", "understudy");
        int pid = 0;
        for (int i = 0; i < 2; i++) {
            try (var c = source.getConnection();
                    var s = c.createStatement()) {
                s.execute("insert into t values (2)");
                try (var r = s.executeQuery("select pg_backend_pid()")) {
                    assertThat(r.next()).isTrue();
                    assertThat(pid == 0 || pid == r.getInt(1)).isTrue();
                    pid = r.getInt(1);
                }
            }
        }
    }

    @Test
    void aLeaseIsCheap() throws Exception {
        Map<String, String> settings = Map.of("application_name", "psql", "client_encoding", "UTF8");
        Login login = app();
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 10_000; i++) {
                servers.lease(pg().address(), login, settings, Access.READ_ONLY, WAIT)
                        .release();
            }
            best = Math.min(best, (System.nanoTime() - start) / 10_000);
        }
        assertThat(best).as("ns, generous for a busy machine").isLessThan(20_000);
    }

    private static int sessions() throws Exception {
        try (var c = pg().connect();
                var s = c.createStatement();
                var r = s.executeQuery("select count(*) from pg_stat_activity where usename = 'app'")) {
            r.next();
            return r.getInt(1);
        }
    }
}
