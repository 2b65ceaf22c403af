package io.understudy.backend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.wire.MessageType;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackendIT {
    private static @Nullable TestPostgres postgres;

    private static TestPostgres pg() {
        return requireNonNull(postgres);
    }

    private Servers servers = new Servers(PoolLimits.of(4));

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        pg().execute("create table t (id int primary key, s text)");
    }

    @AfterAll
    static void stop() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void open() {
        servers = new Servers(PoolLimits.of(4));
    }

    @AfterEach
    void close() {
        servers.close();
    }

    private Backend connect() throws IOException {
        return servers.connect(pg().address(), pg().superuser(), Map.of());
    }

    @Test
    void asksInTextFormatWithParametersAndNulls() throws Exception {
        Backend b = connect();
        List<@Nullable String[]> rows = b.query("select $1::int + 1, $2::text, null, 'ü' || $3", "41", null, "€");
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0)).containsExactly("42", null, null, "ü€");
        assertThat(b.query("create temp table x (i int)")).isEmpty();
        b.release();
        assertThat(b.lost()).isTrue();
    }

    @Test
    void preparesEachTextOnceUnderANameOfItsOwn() throws Exception {
        Backend b = connect();
        for (int i = 0; i < 3; i++) {
            assertThat(b.query("select $1 || 'x'", "" + i).get(0)).containsExactly(i + "x");
        }
        assertThat(b.query("select count(*) from pg_prepared_statements where statement like 'select $1 ||%'")
                        .get(0))
                .containsExactly("1");
        for (int i = 0; i < 600; i++) {
            b.query("select " + i);
        }
        String kept = b.query("select count(*) from pg_prepared_statements").get(0)[0];
        assertThat(Integer.parseInt(requireNonNull(kept))).isBetween(250, 260);
        b.query("deallocate all");
        assertThatThrownBy(() -> b.query("select 599")).isInstanceOf(ServerError.class);
        assertThat(b.query("select 599").get(0)).containsExactly("599");
        b.release();
    }

    @Test
    void aPipelineStopsAtItsFirstErrorAndSaysWhere() throws Exception {
        Backend b = connect();
        b.query("begin");
        Pipeline p = b.pipeline();
        p.add("insert into t values ($1, $2)", "1", "a").add("insert into t values ($1, $2)", "2", "b");
        p.add("update t set s = s || '!'").add("select * from t").add("set constraints all immediate");
        assertThat(p.size()).isEqualTo(5);
        assertThat(p.run()).containsExactly(1, 1, 2, 2, -1);
        assertThat(p.size()).isZero();
        p.add("select 1").add("insert into t values (1)").add("insert into t values (3)");
        ServerError e = catchThrowableOfType(ServerError.class, p::run);
        assertThat(e.statement()).isEqualTo(1);
        assertThat(e.sqlState()).isEqualTo("23505");
        assertThat(e.fields().fields()).containsEntry('t', "t").containsEntry('n', "t_pkey");
        assertThatThrownBy(() -> b.query("select 1")).hasMessageStartingWith("25P02");
        b.query("rollback");
        assertThat(b.query("select count(*) from t").get(0)).containsExactly("0");
        b.release();
    }

    @Test
    void aStatementTwiceInOnePipelineIsPreparedOnceEvenIfItFails() throws Exception {
        Backend b = connect();
        Pipeline p = b.pipeline();
        p.add("select 1/$1::int", "0").add("select 1/$1::int", "1");
        assertThatThrownBy(p::run).hasMessageStartingWith("22012");
        p.add("selec 1").add("select 1/$1::int", "1");
        assertThatThrownBy(p::run).hasMessageStartingWith("42601");
        p.add("select 1/$1::int", "1").add("select 1/$1::int", "1");
        assertThat(p.run()).containsExactly(1, 1);
        b.release();
    }

    @Test
    void typedAndBinaryParametersArriveAsBound() throws Exception {
        Backend b = connect();
        Pipeline p = b.pipeline();
        byte[] seven = {0, 0, 0, 7};
        p.add("create temp table y (i int, s text)");
        p.add("insert into y values ($1, $2)", List.of(new Parameter(23, true, seven), new Parameter(0, false, null)));
        p.add(
                "insert into y values ($1, $2)",
                List.of(
                        new Parameter(0, false, "8".getBytes(StandardCharsets.UTF_8)),
                        new Parameter(25, false, "x".getBytes(StandardCharsets.UTF_8))));
        assertThat(p.run()).containsExactly(-1, 1, 1);
        assertThat(b.query("select i, s from y order by i"))
                .containsExactly(new @Nullable String[] {"7", null}, new String[] {"8", "x"});
        b.release();
    }

    @Test
    void largePipelinesWithLargeAnswersDoNotBlock() throws Exception {
        Backend b = connect();
        String big = "x".repeat(20_000);
        Pipeline p = b.pipeline();
        for (int i = 0; i < 1_000; i++) {
            p.add("select $1::text || $1 || $1", big);
        }
        long[] counts = p.run();
        assertThat(counts).hasSize(1_000).containsOnly(1);
        b.release();
    }

    @Test
    void rowsLargerThanTheBufferAreWhole() throws Exception {
        Backend b = connect();
        List<@Nullable String[]> rows = b.query("select repeat('ab', $1::int), 'end', null", "500000");
        assertThat(rows.get(0)[0]).hasSize(1_000_000).endsWith("ab");
        assertThat(rows.get(0)[1]).isEqualTo("end");
        assertThat(rows.get(0)[2]).isNull();
        b.release();
    }

    @Test
    void aResultThatIsTooLargeIsAnErrorAndTheConnectionGoesOn() throws Exception {
        Backend b = connect();
        assertThatThrownBy(() -> b.query("select repeat('x', 10000000) from generate_series(1, 30)"))
                .isInstanceOf(ServerError.class)
                .hasMessageStartingWith("54000");
        assertThat(b.query("select 1").get(0)).containsExactly("1");
        b.release();
    }

    @Test
    void startupSettingsAreExactlyThoseGiven() throws Exception {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("application_name", "it's me");
        settings.put("client_encoding", "LATIN1");
        settings.put("DateStyle", "German");
        settings.put("TimeZone", "Asia/Tokyo");
        settings.put("options", "-c search_path=pg_catalog -c extra_float_digits=0");
        Backend b = servers.connect(pg().address(), pg().superuser(), settings);
        assertThat(b.parameters())
                .containsEntry("application_name", "it's me")
                .containsEntry("client_encoding", "LATIN1")
                .containsEntry("DateStyle", "German, DMY")
                .containsEntry("TimeZone", "Asia/Tokyo")
                .containsKey("server_version");
        assertThat(b.query("select current_setting('search_path'), current_setting('extra_float_digits'), 'ü'")
                        .get(0))
                .containsExactly("pg_catalog", "0", "ü");
        assertThat(b.pid())
                .isEqualTo(Integer.parseInt(
                        requireNonNull(b.query("select pg_backend_pid()").get(0)[0])));
        b.release();

        Backend bare = connect();
        assertThat(bare.query("select name from pg_settings where source = 'client' and name <> 'application_name'"))
                .as("nothing of pgjdbc's own")
                .isEmpty();
        bare.release();
    }

    @Test
    void rawMessagesAndQuestionsAlternate() throws Exception {
        Backend b = connect();
        b.out().begin(MessageType.QUERY).string("begin; select 7").end();
        b.out().flush();
        StringBuilder types = new StringBuilder();
        int type;
        do {
            type = b.in().next();
            types.append((char) type);
        } while (type != MessageType.READY_FOR_QUERY);
        assertThat(types.toString()).isEqualTo("CTDCZ");
        assertThat(b.in().int8()).isEqualTo('T');
        assertThat(b.query("select now() = statement_timestamp()").get(0)).containsExactly("f");
        b.query("rollback");
        b.release();
    }

    @Test
    void whatTheServerSendsUnaskedReachesTheReceiver() throws Exception {
        Backend b = connect();
        List<Character> got = new ArrayList<>();
        b.asynchronous(m -> got.add((char) m[0]));
        b.query("listen c");
        b.query("notify c, 'x'");
        b.query("do $$ begin raise notice 'n'; end $$");
        b.query("set application_name = 'other'");
        b.query("set client_encoding = 'LATIN1'");
        assertThat(got).contains('A', 'N', 'S');
        assertThat(b.parameters()).containsEntry("application_name", "other");
        assertThat(b.query("select 'ü'").get(0)).containsExactly("ü");
        b.release();
    }

    @Test
    void cancelStopsTheStatementOfItsLeaseOnly() throws Exception {
        Backend b = connect();
        long lease = b.lease();
        Thread canceller = Thread.startVirtualThread(() -> {
            try {
                await().until(() -> sleeping(b.pid()));
                b.cancel(lease);
            } catch (RuntimeException e) {
                b.discard();
            }
        });
        assertThatThrownBy(() -> b.query("select pg_sleep(30)")).hasMessageStartingWith("57014");
        canceller.join();
        assertThat(b.cancel(lease - 1)).isFalse();
        b.release();
        assertThat(b.cancel(lease)).isFalse();
    }

    private static boolean sleeping(int pid) throws Exception {
        try (var c = pg().connect();
                var s = c.createStatement();
                var r = s.executeQuery("select wait_event from pg_stat_activity where pid = " + pid)) {
            return r.next() && "PgSleep".equals(r.getString(1));
        }
    }

    @Test
    void aKilledBackendIsUnavailableInTheServersWords() throws Exception {
        Backend b = connect();
        pg().execute("select pg_terminate_backend(" + b.pid() + ")");
        BackendUnavailable e = catchThrowableOfType(BackendUnavailable.class, () -> b.query("select 1"));
        assertThat(e.sqlState()).isEqualTo("57P01");
        assertThat(e.fromServer()).isTrue();
        assertThat(b.lost()).isTrue();
        b.discard();
    }

    @Test
    void refusalsCarryTheServersOwnFields() throws Exception {
        Login nobody = new Login("postgres", "nowhere", new Credentials.Password(pg().password()));
        BackendUnavailable e =
                catchThrowableOfType(BackendUnavailable.class, () -> servers.connect(pg().address(), nobody, Map.of()));
        assertThat(e.sqlState()).isEqualTo("3D000");
        assertThat(e.fields().message()).isEqualTo("database \"nowhere\" does not exist");
        Login wrong = new Login("postgres", "postgres", new Credentials.Password("wrong"));
        assertThat(catchThrowableOfType(
                                BackendUnavailable.class, () -> servers.connect(pg().address(), wrong, Map.of()))
                        .sqlState())
                .isEqualTo("28P01");
        BackendUnavailable setting = catchThrowableOfType(
                BackendUnavailable.class,
                () -> servers.connect(pg().address(), pg().superuser(), Map.of("no_such", "1")));
        assertThat(setting.sqlState()).isEqualTo("42704");
        ServerAddress closed = new ServerAddress("127.0.0.1", 1);
        BackendUnavailable refused = catchThrowableOfType(
                BackendUnavailable.class, () -> servers.connect(closed, pg().superuser(), Map.of()));
        assertThat(refused.sqlState()).isEqualTo("08006");
        assertThat(refused.fromServer()).isFalse();
    }

    @Test
    void readsCanBeBoundedInTime() throws Exception {
        Backend b = connect();
        b.readTimeout(Duration.ofMillis(50));
        assertThatThrownBy(() -> b.query("select pg_sleep(5)")).isInstanceOf(SocketTimeoutException.class);
        assertThat(b.lost()).isTrue();
        b.discard();
    }
}
