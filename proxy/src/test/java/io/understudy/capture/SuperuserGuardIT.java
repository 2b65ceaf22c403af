package io.understudy.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database itself keeps a superuser's statements from, whatever way they come: from inside of functions too. */
class SuperuserGuardIT {
    private static TestServer server;
    private Master master;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void database() throws Exception {
        master = new Master(server, server.database(), "postgres");
        master.asNode(
                "CREATE TABLE a(id int PRIMARY KEY, v text)",
                "CREATE TABLE b(id int)",
                "DELETE FROM understudy.ddl_seen");
    }

    @AfterEach
    void close() throws SQLException {
        master.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE understudy.change",
                "DROP TABLE understudy.applied CASCADE",
                "DROP VIEW understudy.mine",
                "ALTER TABLE understudy.change ADD x int",
                "ALTER TABLE understudy.change RENAME TO x",
                "ALTER TABLE a SET SCHEMA understudy",
                "ALTER SCHEMA understudy RENAME TO mine",
                "CREATE TABLE understudy.mine2(id int)",
                "DROP TRIGGER \" understudy\" ON a",
                "DROP TRIGGER \" understudy truncate\" ON a",
                "ALTER TRIGGER \" understudy\" ON a RENAME TO x",
                "CREATE TRIGGER \" understudy 2\" AFTER INSERT ON a EXECUTE FUNCTION understudy.capture()",
                "CREATE OR REPLACE FUNCTION understudy.capture() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                "ALTER FUNCTION understudy.trusted() SET search_path = public",
                "DROP FUNCTION understudy.capture() CASCADE",
                "DROP FUNCTION understudy.guard() CASCADE",
                "DO $$ BEGIN EXECUTE 'DROP TRIGGER \" understudy\" ON a'; END $$"
            })
    void isRefused(String sql) throws Exception {
        assertThatThrownBy(() -> master.run(sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isIn(Set.of("42501", "3F000", "2BP01")));
        master.client.rollback();
        assertThat(Guard.missing(master.node)).isEmpty();
        assertThat(Guard.unguarded(master.node)).isEmpty();
    }

    /** Why these are refused before they get here: they take the event trigger away that would refuse them. */
    @ParameterizedTest
    @ValueSource(strings = {"DROP SCHEMA understudy CASCADE", "DROP FUNCTION understudy.guard_drop() CASCADE"})
    void isForTheProxyToRefuse(String sql) throws Exception {
        master.run(sql);
        master.client.rollback();
        assertThat(Guard.missing(master.node)).isEmpty();
    }

    @Test
    void nothingIsLostWithTriggersSwitchedOff() throws Exception {
        master.run(
                "SET LOCAL session_replication_role = replica",
                "ALTER TABLE a DISABLE TRIGGER ALL",
                "INSERT INTO a VALUES (1, 'x')",
                "ALTER TABLE a DISABLE TRIGGER USER",
                "UPDATE a SET v = 'y'",
                "SET LOCAL session_replication_role = local",
                "DELETE FROM a",
                "TRUNCATE a",
                "CREATE TABLE c(id int)",
                "INSERT INTO c VALUES (1)");
        assertThat(master.seal().rows())
                .extracting(r -> r.getClass().getSimpleName())
                .isEqualTo(List.of("Inserted", "Updated", "Deleted", "Truncated", "Inserted"));
        master.client.commit();
        assertThat(Guard.unguarded(master.node)).isEmpty();
    }

    @Test
    void whatExplainAnalyzeWritesIsCaptured() throws Exception {
        master.run(
                "EXPLAIN ANALYZE INSERT INTO a VALUES (1, 'x')",
                "EXPLAIN (ANALYZE, BUFFERS) UPDATE a SET v = 'y' WHERE id = 1",
                "EXPLAIN ANALYZE WITH gone AS (DELETE FROM a RETURNING id) INSERT INTO b SELECT id FROM gone",
                "EXPLAIN INSERT INTO a VALUES (2, 'z')");
        assertThat(master.seal().rows())
                .extracting(r -> r.getClass().getSimpleName())
                .containsExactlyInAnyOrder("Inserted", "Updated", "Deleted", "Inserted");
    }

    /** No event trigger fires. */
    @Test
    void explainAnalyzeOfCreateTableAsIsRefusedAtTheEnd() throws Exception {
        master.run("EXPLAIN ANALYZE CREATE TABLE escaped AS SELECT 1");
        assertThatThrownBy(() -> master.seal()).hasMessageContaining("public.escaped cannot be replicated");
        master.client.rollback();
        assertThat(Guard.unguarded(master.node)).isEmpty();
    }
}
