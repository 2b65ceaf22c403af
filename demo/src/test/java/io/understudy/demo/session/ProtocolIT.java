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
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What no driver shows: cancel requests, pipelining, unasked messages, encodings. */
class ProtocolIT {
    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.shared();
        try (RawConnection c = login(cluster.local().node(1))) {
            c.query("create table p(id int primary key, t text)");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static RawConnection login(LocalNode node) throws IOException {
        return RawConnection.login(node.clientPort(), cluster.local().password());
    }

    private static String types(List<RawConnection.Answer> answers) {
        return answers.stream().map(a -> String.valueOf(a.type())).collect(Collectors.joining());
    }

    @Test
    void aCancelRequestStopsWhatRunsWhereverItRuns() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            for (String sql : List.of("select pg_sleep(60)", "insert into p select 1, pg_sleep(60)::text")) {
                try (RawConnection c = login(node)) {
                    c.sendQuery("begin; select 1; commit");
                    c.untilReady();
                    c.sendQuery(sql);
                    ExecutorService canceller = Executors.newSingleThreadExecutor();
                    try {
                        Future<List<RawConnection.Answer>> answer = canceller.submit(c::untilReady);
                        // Too early ones hit nothing, as with a server of one's own.
                        while (!answer.isDone()) {
                            c.cancel();
                        }
                        assertThat(answer.get())
                                .as(sql + " through " + node.name())
                                .anySatisfy(a -> assertThat(a.field('C')).isEqualTo("57014"));
                    } finally {
                        canceller.shutdown();
                    }
                    assertThat(types(c.query("select 1"))).as("goes on").isEqualTo("TDCZ");
                }
            }
        }
    }

    /** Clients share prepared statements on shared connections; what a server decides when it prepares must not be shared by clients with other settings. */
    @Test
    void whatWasPreparedUnderOtherSettingsIsAnotherStatement() throws Exception {
        String date = "select extract(month from '01/02/2020'::date)::int";
        String table = "select x from settled";
        try (RawConnection c = login(cluster.local().node(1))) {
            c.query("create schema one; create table one.settled as select 1 as x");
            c.query("create schema two; create table two.settled as select 'two'::text as x");
            c.query("create table settled as select 'public' as x");
        }
        for (LocalNode node : cluster.local().nodes()) {
            for (int round = 0; round < 3; round++) {
                for (String[] settings : new String[][] {{"MDY", "one", "1", "1"}, {"DMY", "two", "2", "two"}}) {
                    try (RawConnection c = login(node)) {
                        c.query("set datestyle = 'ISO, " + settings[0] + "'");
                        c.query("set search_path = " + settings[1]);
                        assertThat(value(c, date)).isEqualTo(settings[2]);
                        assertThat(value(c, table)).isEqualTo(settings[3]);
                        c.query("begin read only");
                        c.query("set local search_path = public");
                        assertThat(value(c, table)).isEqualTo("public");
                        c.query("rollback");
                        assertThat(value(c, table)).isEqualTo(settings[3]);
                        c.query("begin");
                        c.query("select set_config('search_path', 'public', true)");
                        assertThat(value(c, table)).isEqualTo("public");
                        c.query("create temp table settled as select 'temporary' as x");
                        assertThat(value(c, table)).isEqualTo("temporary");
                        c.query("rollback");
                        assertThat(value(c, table)).isEqualTo(settings[3]);
                    }
                }
            }
        }
    }

    /** As a driver does that hears of it: prepares the statement again, in the same transaction. */
    @Test
    void aStatementWhoseResultHasChangedCanBePreparedAgain() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            String sql = "select * from replanned_" + node.name();
            try (RawConnection c = login(node)) {
                c.query("create table replanned_" + node.name() + " as select 1 as x");
                c.query("begin");
                c.send('P', text("one\0" + sql + "\0\0\0"));
                execute(c, "one");
                assertThat(types(c.untilReady())).isEqualTo("12DCZ");
                c.query("alter table replanned_" + node.name() + " add y text");
                c.query("savepoint before");
                execute(c, "one");
                assertThat(c.untilReady())
                        .anySatisfy(a -> assertThat(a.field('C')).isEqualTo("0A000"));
                c.query("rollback to before");
                c.send('P', text("two\0" + sql + "\0\0\0"));
                execute(c, "two");
                assertThat(types(c.untilReady())).as("through " + node.name()).isEqualTo("12DCZ");
                c.query("commit");
            }
        }
    }

    private static void execute(RawConnection c, String name) throws IOException {
        c.send('B', text("\0" + name + "\0\0\0\0\0\0\0"));
        c.send('E', text("\0\0\0\0\0"));
        c.send('S', new byte[0]);
    }

    private static String value(RawConnection c, String sql) throws IOException {
        c.sendExtended(sql);
        c.send('S', new byte[0]);
        return c.untilReady().stream()
                .filter(a -> a.type() == 'D' || a.type() == 'E')
                .map(a -> a.type() == 'E' ? a.field('M') : onlyColumn(a))
                .collect(Collectors.joining());
    }

    /** Behind the number of columns and the length of the one. */
    private static String onlyColumn(RawConnection.Answer row) {
        return row.text().substring(6);
    }

    /** The Sync before the data has no effect; the one after it ends the batch. */
    @Test
    void copyInByTheExtendedProtocolEndsWithTheSyncAfterItsData() throws Exception {
        int id = 100;
        for (LocalNode node : cluster.local().nodes()) {
            for (char before : new char[] {'S', 'H'}) {
                try (RawConnection c = login(node)) {
                    c.query("delete from p where id >= 100");
                    copyIn(c, before);
                    c.send('d', text(id++ + "\tx\n"));
                    c.send('c', new byte[0]);
                    c.send('S', new byte[0]);
                    assertThat(types(c.untilReady())).as("done").isEqualTo("12GCZ");

                    copyIn(c, before);
                    c.send('d', text(id++ + "\tx\n"));
                    c.send('f', text("no more\0"));
                    c.send('S', new byte[0]);
                    List<RawConnection.Answer> given = c.untilReady();
                    assertThat(types(given)).as("given up").isEqualTo("12GEZ");
                    assertThat(given.get(3).field('C')).isEqualTo("57014");

                    assertThat(types(c.query("select 1"))).as("goes on").isEqualTo("TDCZ");
                    assertThat(c.query("select count(*) from p where id >= 100"))
                            .anySatisfy(a -> assertThat(new String(a.body(), StandardCharsets.UTF_8))
                                    .endsWith("1"));
                }
            }
        }
    }

    private static void copyIn(RawConnection c, char before) throws IOException {
        c.send('P', text("\0copy p from stdin\0\0\0"));
        c.send('B', text("\0\0\0\0\0\0\0\0"));
        c.send('E', text("\0\0\0\0\0"));
        c.send(before, new byte[0]);
    }

    /** Connections are shared: a cancel request that comes when its statement is over must not hit whoever has the connection by then. */
    @Test
    void aLateCancelRequestNeverHitsAnother() throws Exception {
        LocalNode node = cluster.local().node(1);
        try (RawConnection late = login(node);
                RawConnection other = login(node)) {
            for (int i = 0; i < 50; i++) {
                assertThat(types(late.query("select 1"))).isEqualTo("TDCZ");
                other.sendQuery("select pg_sleep(0.02)");
                late.cancel();
                assertThat(types(other.untilReady())).isEqualTo("TDCZ");
            }
        }
    }

    /** Drivers go by the answer to Parse, also if the master is lost right after it. */
    @Test
    void aStatementWhosePreparationWasAnsweredStays() throws Exception {
        LocalNode master = cluster.master();
        LocalNode node = cluster.replicas().getFirst();
        String sql = "insert into p select 70, pg_sleep(30)::text";
        try (RawConnection c = login(node);
                Connection server = Contents.connect(cluster.local(), master);
                Statement looking = server.createStatement()) {
            c.query("begin");
            c.query("insert into p values (69, 'the transaction has a connection')");
            c.send('P', text("one\0" + sql + "\0\0\0"));
            c.send('S', new byte[0]);
            assertThat(types(c.untilReady())).isEqualTo("1Z");
            c.send('P', text("two\0" + sql + "\0\0\0"));
            c.send('B', text("\0two\0\0\0\0\0\0\0"));
            c.send('E', text("\0\0\0\0\0"));
            c.send('S', new byte[0]);
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                try (ResultSet sleeping =
                        looking.executeQuery("select 1 from pg_stat_activity where wait_event = 'PgSleep'")) {
                    return sleeping.next();
                }
            });
            master.killProxy();
            assertThat(types(c.untilReady())).isEqualTo("1EZ");
            c.query("rollback");
            c.send('D', text("Stwo\0"));
            c.send('S', new byte[0]);
            assertThat(types(c.untilReady())).isEqualTo("tnZ");
        } finally {
            master.startProxy();
            cluster.awaitAllServing();
        }
    }

    private static byte[] text(String body) {
        return body.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void afterAnErrorEverythingUpToSyncIsPassedOver() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            try (RawConnection c = login(node)) {
                c.sendExtended("insert into p values (10, 'lost with the error')");
                c.sendExtended("select 1/0");
                c.sendExtended("insert into p values (11, 'never run')");
                c.send('S', new byte[0]);
                c.sendExtended("insert into p values (12, 'in the next one')");
                c.send('S', new byte[0]);
                assertThat(types(c.untilReady())).matches("12C12?E+Z");
                assertThat(types(c.untilReady())).isEqualTo("12CZ");
                assertThat(c.query("select string_agg(id::text, ',') from p where id between 10 and 12")
                                .get(1)
                                .text())
                        .as(node.name())
                        .endsWith("\u000212");
                c.query("delete from p");
            }
        }
    }

    @Test
    void copyThatFailsChangesNothing() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            try (RawConnection c = login(node)) {
                c.sendQuery("copy p from stdin");
                assertThat(c.next().type()).isEqualTo('G');
                c.send('d', "20\ttwenty\n".getBytes(StandardCharsets.UTF_8));
                c.send('f', "given up\0".getBytes(StandardCharsets.UTF_8));
                assertThat(c.untilReady())
                        .anySatisfy(a -> assertThat(a.field('C')).isEqualTo("57014"));
                c.sendQuery("copy p from stdin");
                assertThat(c.next().type()).isEqualTo('G');
                c.send('d', "21\tone\nx\tbroken\n".getBytes(StandardCharsets.UTF_8));
                for (int i = 0; i < 1000; i++) {
                    c.send('d', "22\tafter the error\n".getBytes(StandardCharsets.UTF_8));
                }
                c.send('c', new byte[0]);
                assertThat(c.untilReady())
                        .anySatisfy(a -> assertThat(a.field('C')).isEqualTo("22P02"));
                assertThat(c.query("select count(*) from p").get(1).text()).endsWith("\u00010");
            }
        }
    }

    @Test
    void settingsAreReportedAlsoWhenTheyComeBack() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            try (RawConnection c = login(node)) {
                String zone = c.parameters.get("TimeZone");
                c.query("begin; set timezone = 'Asia/Tokyo'");
                assertThat(c.parameters).containsEntry("TimeZone", "Asia/Tokyo");
                c.query("rollback");
                assertThat(c.parameters).containsEntry("TimeZone", zone);
                c.query("set timezone = 'Europe/Paris'; set application_name = 'told'");
                assertThat(c.parameters)
                        .containsEntry("TimeZone", "Europe/Paris")
                        .containsEntry("application_name", "told");
                c.query("begin; insert into p values (30, 'x'); reset timezone; delete from p; commit");
                assertThat(c.parameters).containsEntry("TimeZone", zone);
            }
        }
    }

    @Test
    void textIsReadInTheClientsEncoding() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            try (RawConnection c = login(node)) {
                c.query("set client_encoding = 'LATIN1'");
                byte[] insert = "insert into p values (40, '\u00e9\u00fc')\0".getBytes(StandardCharsets.ISO_8859_1);
                c.send('Q', insert);
                assertThat(types(c.untilReady())).isEqualTo("CZ");
                c.query("reset client_encoding");
                assertThat(c.query("delete from p where id = 40 returning t")
                                .get(1)
                                .text())
                        .endsWith("\u00e9\u00fc");
                c.send('Q', insert);
                assertThat(c.untilReady().getFirst().field('C')).isEqualTo("22021");
            }
        }
    }

    @Test
    void errorsNameWhatTheClientNamed() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            try (RawConnection c = login(node)) {
                for (String name : List.of("", "mine")) {
                    c.send('P', (name + "\0/* two */ select $1::int, $2::int\0\0\0").getBytes(StandardCharsets.UTF_8));
                    c.send('B', ("\0" + name + "\0\0\0\0\1\0\0\0\0011\0\0").getBytes(StandardCharsets.UTF_8));
                    c.send('S', new byte[0]);
                    assertThat(c.untilReady().get(1).field('M'))
                            .as(node.name())
                            .isEqualTo("bind message supplies 1 parameters, but prepared statement \"" + name
                                    + "\" requires 2");
                }
                c.send('P', "\0/* é */ select 1 from nowhere \0\0\0".getBytes(StandardCharsets.UTF_8));
                c.send('S', new byte[0]);
                assertThat(c.untilReady().getFirst().field('P')).isEqualTo("23");
            }
        }
    }

    /** As with PostgreSQL, where it has ended whether it could be prepared or not. */
    @Test
    void afterPrepareTransactionThereIsNone() throws Exception {
        for (LocalNode node : cluster.local().nodes()) {
            try (RawConnection c = login(node)) {
                c.query("begin");
                c.query("insert into p values (50, 'prepared')");
                List<RawConnection.Answer> refused = c.query("prepare transaction 'one'");
                assertThat(refused.getFirst().field('C')).isEqualTo("0A000");
                assertThat(refused.getLast().text()).as(node.name()).isEqualTo("I");
                assertThat(c.query("select count(*) from p where id = 50")
                                .get(1)
                                .text())
                        .endsWith("\u00010");
            }
        }
    }

    @Test
    void encryptionIsDeclinedAndUnknownVersionsAreNegotiated() throws Exception {
        int port = cluster.local().node(1).clientPort();
        for (int request : new int[] {80877103, 80877104}) {
            try (RawConnection c = RawConnection.open(port)) {
                c.raw(ByteBuffer.allocate(8).putInt(8).putInt(request).array());
                assertThat(c.read()).isEqualTo('N');
                assertThat(c.startup("postgres", "postgres", cluster.local().password())
                                .getLast()
                                .type())
                        .isEqualTo('Z');
            }
        }
        try (RawConnection c = RawConnection.open(port)) {
            byte[] body = "user\0postgres\0_pq_.new\0on\0\0".getBytes(StandardCharsets.UTF_8);
            c.raw(ByteBuffer.allocate(8 + body.length)
                    .putInt(8 + body.length)
                    .putInt(3 << 16 | 99)
                    .put(body)
                    .array());
            RawConnection.Answer a = c.next();
            assertThat(a.type()).isEqualTo('v');
            assertThat(ByteBuffer.wrap(a.body()).getInt()).isEqualTo(3 << 16 | 2);
            assertThat(a.text()).endsWith("_pq_.new\0");
        }
    }
}
