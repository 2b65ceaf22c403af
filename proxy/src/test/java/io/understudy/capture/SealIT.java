package io.understudy.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.backend.ServerError;
import io.understudy.capture.Seal.Sequences;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a seal gives, what it forbids, and that no client can get round it. */
class SealIT {
    private static TestServer server;
    private Master master;
    private String database;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        try (Connection c = server.connect("postgres", "postgres");
                var s = c.createStatement()) {
            s.execute("CREATE ROLE app LOGIN");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void database() throws Exception {
        database = server.database();
        master = new Master(server, database, "app");
        master.asNode(
                "GRANT ALL ON SCHEMA public TO public",
                "CREATE TABLE t(id int PRIMARY KEY, v text)",
                "CREATE TABLE u(id int)",
                "GRANT ALL ON t, u TO app");
        clearDdl();
    }

    private void clearDdl() throws SQLException {
        master.asNode("DELETE FROM understudy.ddl_seen");
    }

    @AfterEach
    void close() throws SQLException {
        master.close();
    }

    @Test
    void nothingWrittenHasNoXid() throws Exception {
        master.run("SELECT * FROM t");
        Sealed sealed = master.seal.seal(master.queries, false, false, Sequences.NONE);
        assertThat(sealed.xid()).isEqualTo(OptionalLong.empty());
        assertThat(sealed.changes()).isFalse();
        master.run("INSERT INTO t VALUES (1)"); // a transaction without an id is not sealed
    }

    @Test
    void aChangeAfterTheSealFails() throws Exception {
        master.run("INSERT INTO t VALUES (1)");
        Sealed sealed = master.seal();
        assertThat(sealed.rows()).hasSize(1);
        assertThat(sealed.xid()).isPresent();
        assertState("55000", () -> master.run("INSERT INTO t VALUES (2)"));
        master.client.rollback();
        master.run("INSERT INTO t VALUES (3)");
    }

    @Test
    void rowsAreGoneWithTheCommitAndReportedWithoutASeal() throws Exception {
        master.run("INSERT INTO t VALUES (1)");
        master.seal();
        master.client.commit();
        assertThat(Guard.unclaimed(master.node)).isEmpty();
        master.run("INSERT INTO t VALUES (2)");
        master.client.commit();
        assertThat(Guard.unclaimed(master.node)).hasSize(1);
    }

    @Test
    void deferredTriggersRunBeforeTheSeal() throws Exception {
        master.asNode(
                "CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN SET CONSTRAINTS ALL DEFERRED; INSERT INTO t VALUES (new.id + 1); RETURN null; END $$",
                "CREATE CONSTRAINT TRIGGER later AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.id < 4) EXECUTE FUNCTION later()");
        master.run("INSERT INTO t VALUES (1)");
        assertThat(master.seal().rows()).hasSize(4);
        master.client.commit();
    }

    @Test
    void withoutSettlingADeferredChangeIsStoppedAtCommit() throws Exception {
        master.asNode(
                "CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO u VALUES (1); RETURN null; END $$",
                "CREATE CONSTRAINT TRIGGER later AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION later()");
        master.run("INSERT INTO t VALUES (1)");
        master.seal.seal(master.queries, false, false, Sequences.NONE);
        assertState("55000", () -> master.client.commit());
    }

    @Test
    void aHugeTransactionIsNotAnsweredAtOnce() throws Exception {
        master.run("INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 1100) i", "DELETE FROM u");
        Sealed sealed = master.seal();
        assertThat(sealed.rows()).isEmpty();
        assertThat(sealed.changes()).isTrue();
        assertThat(sealed.tables()).hasSize(1);
        assertThat(sealed.large()).hasValueSatisfying(l -> {
            assertThat(l.images()).isEqualTo(1100);
            assertThat(l.bytes()).isGreaterThan(1_100_000);
        });
        assertState("55000", () -> master.run("INSERT INTO t VALUES (0)"));
    }

    @Test
    void aHugeRowIsRefused() throws Exception {
        master.run("INSERT INTO t VALUES (1, repeat('x', 2100000))");
        assertThatThrownBy(() -> master.seal()).isInstanceOfSatisfying(ServerError.class, e -> {
            assertThat(e.sqlState()).isEqualTo("54000");
            assertThat(e.getMessage()).contains("bound is " + Master.LIMITS.rowMaxBytes());
        });
    }

    @Test
    void imagesSurviveAnyClientEncoding() throws Exception {
        master.run("INSERT INTO t VALUES (1, U&'\\20AC\\4E2D')", "SET client_encoding = 'LATIN1'");
        assertThat(master.seal().rows())
                .singleElement()
                .isInstanceOfSatisfying(
                        CapturedRow.Inserted.class, i -> assertThat(i.row()).isEqualTo("(1,€中)"));
    }

    @Test
    void clientsCanNeitherReadNorForgeNorSwitchOff() throws Exception {
        for (String sql : List.of(
                "SELECT * FROM understudy.change",
                "SELECT * FROM understudy.mine",
                "SELECT * FROM understudy.secret",
                "DELETE FROM understudy.change",
                "INSERT INTO understudy.change(rel) VALUES (1)",
                "INSERT INTO understudy.applied(idx, by) VALUES (1, 'understudy_apply')",
                "INSERT INTO understudy.applied(idx, xid) VALUES (1, '5')",
                "SELECT * FROM understudy.seal('', 1, 1, 'none')",
                "SELECT * FROM understudy.seal(null, 1, 1, 'none')",
                "SELECT understudy.note_ddl('', 'x')",
                "SELECT understudy.image('')",
                "SELECT understudy.install('u'::regclass)",
                "SELECT understudy.pass_ceilings()",
                "SELECT understudy.sequence_exactly('a', 'b', 1, true)",
                "CREATE TABLE mine(a int); CREATE TRIGGER x AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION understudy.capture()",
                "CREATE TABLE mine(a int); DROP TRIGGER \" understudy\" ON mine",
                "CREATE TABLE mine(a int); ALTER TRIGGER \" understudy\" ON mine RENAME TO x",
                "ALTER FUNCTION understudy.capture() RESET ALL",
                "SET session_replication_role = replica")) {
            assertState("42501", () -> master.run(sql));
            master.client.rollback();
        }
    }

    @Test
    void theGapCheckSeesAbortedTransactions() throws Exception {
        master.run("INSERT INTO t VALUES (1)");
        long lost = master.seal().xid().orElseThrow();
        master.client.rollback();
        master.run("INSERT INTO t VALUES (2)");
        long done = master.seal().xid().orElseThrow();
        master.client.commit();
        assertThat(GapCheck.aborted(master.queries, List.of(done))).isFalse();
        assertThat(GapCheck.aborted(master.queries, List.of(done, lost))).isTrue();
        assertThat(GapCheck.aborted(master.queries, List.of())).isFalse();
    }

    @Test
    void theCrashMarkIsGoneAfterACrashOnly() throws Exception {
        UUID process = UUID.randomUUID();
        CrashMark.write(master.node, process);
        assertThat(CrashMark.present(master.queries, process)).isTrue();
        assertThat(CrashMark.present(master.queries, UUID.randomUUID())).isFalse();
        master.client.rollback();
        server.crash();
        server.up();
        try (Connection again = server.connect(database, "app")) {
            assertThat(CrashMark.present(new JdbcQueries(again), process)).isFalse();
        }
        master = new Master(server, database, "app");
    }

    interface Action {
        void run() throws SQLException;
    }

    private static void assertState(String state, Action action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo(state));
    }
}
