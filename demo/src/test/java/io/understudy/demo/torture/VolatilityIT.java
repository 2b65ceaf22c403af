package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Statements that look like reads and write: through all nodes, before and after what they mean has changed. Every call leaves a row, on all nodes, or none. */
class VolatilityIT extends OnSharedCluster {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NOTING =
            " LANGUAGE plpgsql VOLATILE AS $$ BEGIN INSERT INTO public.noted VALUES (%s); RETURN 2; END $$";

    @BeforeAll
    void makeWhatNotes() throws Exception {
        try (Connection c = connect(1)) {
            execute(
                    c,
                    "CREATE TABLE noted (what text)",
                    "CREATE FUNCTION noting() RETURNS int" + String.format(NOTING, "'noting'"));
        }
    }

    private Connection connect(int node) throws SQLException, IOException {
        return connect(Protocol.SIMPLE, node);
    }

    private static String value(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    private static void assertNoted(Connection c, String what, int times) throws SQLException {
        assertThat(value(c, "SELECT count(*) FROM noted WHERE what = '" + what + "'"))
                .as(what)
                .isEqualTo(String.valueOf(times));
    }

    /** Calls until the answer is the new one, and then once more. @return how often it was */
    private int callUntilReplaced(int node, String sql) throws SQLException, IOException {
        int replaced = 0;
        long until = System.nanoTime() + PATIENCE.toNanos();
        try (Connection c = connect(node)) {
            while (replaced < 2 && System.nanoTime() < until) {
                replaced += "2".equals(value(c, sql)) ? 1 : 0;
            }
        }
        return replaced;
    }

    private void replacedWhileCalled(String call, String what, String replacement) throws Exception {
        List<CompletableFuture<Integer>> callers = new ArrayList<>();
        for (int node = 1; node <= 3; node++) {
            try (Connection c = connect(node)) {
                for (int i = 0; i < 3; i++) {
                    value(c, call);
                }
            }
        }
        for (int node : List.of(1, 2, 3)) {
            callers.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return callUntilReplaced(node, call);
                } catch (SQLException | IOException e) {
                    throw new IllegalStateException("node " + node, e);
                }
            }));
        }
        try (Connection c = connect(3)) {
            execute(c, replacement);
            for (CompletableFuture<Integer> caller : callers) {
                assertThat(caller.get()).isEqualTo(2);
            }
        }
        try (Connection c = connect(running.master().number())) {
            assertNoted(c, what, 6);
        }
        assertNodesEqual();
    }

    @Test
    void aFunctionReplacedFromAnotherNode() throws Exception {
        try (Connection c = connect(1)) {
            execute(c, "CREATE FUNCTION swapped() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN 1; END $$");
        }
        replacedWhileCalled(
                "SELECT swapped()",
                "swapped",
                "CREATE OR REPLACE FUNCTION swapped() RETURNS int" + String.format(NOTING, "'swapped'"));
    }

    @Test
    void aViewReplacedFromAnotherNode() throws Exception {
        try (Connection c = connect(1)) {
            execute(
                    c,
                    "CREATE FUNCTION viewed() RETURNS int" + String.format(NOTING, "'viewed'"),
                    "CREATE VIEW looked AS SELECT 1 AS n");
        }
        replacedWhileCalled("SELECT n FROM looked", "viewed", "CREATE OR REPLACE VIEW looked AS SELECT viewed() AS n");
    }

    @Test
    void overloadsOperatorsCastsPoliciesAndSearchPaths() throws Exception {
        try (Connection c = connect(2)) {
            execute(
                    c,
                    "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'",
                    "CREATE FUNCTION twice(text) RETURNS int" + String.format(NOTING, "'overload'"),
                    "CREATE FUNCTION compared(int, int) RETURNS int" + String.format(NOTING, "'operator'"),
                    "CREATE OPERATOR <~> (LEFTARG = int, RIGHTARG = int, FUNCTION = compared)",
                    "CREATE TYPE mood AS (n int)",
                    "CREATE FUNCTION felt(mood) RETURNS int" + String.format(NOTING, "'cast'"),
                    "CREATE CAST (mood AS int) WITH FUNCTION felt(mood)",
                    "CREATE SCHEMA near",
                    "CREATE FUNCTION near.placed() RETURNS int" + String.format(NOTING, "'path'"),
                    "CREATE FUNCTION placed() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'",
                    "CREATE FUNCTION defaulted(a int DEFAULT 1, VARIADIC b text[] DEFAULT '{}') RETURNS int"
                            + String.format(NOTING, "'variadic'"));
        }
        for (int node = 1; node <= 3; node++) {
            try (Connection c = connect(node)) {
                assertThat(value(c, "SELECT twice('x')")).isEqualTo("2");
                assertThat(value(c, "SELECT 1 <~> 2")).isEqualTo("2");
                assertThat(value(c, "SELECT 1 OPERATOR(public.<~>) 2")).isEqualTo("2");
                assertThat(value(c, "SELECT ROW(1)::mood::int")).isEqualTo("2");
                assertThat(value(c, "SELECT defaulted(1, 'a', 'b')")).isEqualTo("2");
                execute(c, "SET search_path = near, public");
                assertThat(value(c, "SELECT placed()")).isEqualTo("2");
                execute(c, "SET standard_conforming_strings = off");
                assertThat(value(c, "SELECT noting() + 0 * length('\\''), '\\'', noting(), '--'"))
                        .isEqualTo("2");
            }
        }
        try (Connection c = connect(running.master().number())) {
            assertNoted(c, "overload", 3);
            assertNoted(c, "operator", 6);
            assertNoted(c, "cast", 3);
            assertNoted(c, "path", 3);
            assertNoted(c, "variadic", 3);
            assertNoted(c, "noting", 6);
        }
        assertNodesEqual();
    }

    @Test
    void temporaryTablesHidePermanentOnes() throws Exception {
        try (Connection c = connect(1)) {
            execute(c, "CREATE TABLE hidden (n int)", "INSERT INTO hidden VALUES (1), (2)");
        }
        for (int node = 1; node <= 3; node++) {
            try (Connection c = connect(node)) {
                execute(c, "CREATE TEMP TABLE hidden (n int)");
                assertThat(value(c, "SELECT count(*) FROM hidden")).isEqualTo("0");
                execute(c, "INSERT INTO hidden VALUES (7)");
                assertThat(value(c, "SELECT max(n) FROM hidden")).isEqualTo("7");
                assertThat(value(c, "SELECT max(n) FROM public.hidden")).isEqualTo("2");
                execute(c, "DROP TABLE pg_temp.hidden");
                assertThat(value(c, "SELECT max(n) FROM hidden")).isEqualTo("2");
            }
        }
        assertNodesEqual();
    }
}
