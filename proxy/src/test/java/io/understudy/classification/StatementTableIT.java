package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.classification.StatementTableTest.Expected;
import io.understudy.testing.DisposablePostgres;
import io.understudy.testing.DisposablePostgres.Logins;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** PostgreSQL's own opinion of the statements in statements.txt. */
class StatementTableIT {
    private static final String READ_ONLY = "25006";
    private static final String SYNTAX = "42601";
    // Those of a later version, and those that are wrong on purpose.
    private static final List<String> NOT_JUDGED =
            List.of("write unparsed", "understudy", "route", "refused 42601", "refused 22023");

    private static final String[] SCHEMA = {
        "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84))",
        "CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler char(84))",
        "CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88))",
        "CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))",
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer int, note text, amount numeric, placed timestamptz,"
                + " weight float8, version int)",
        "CREATE TABLE serials (id bigserial PRIMARY KEY, note text)",
        "CREATE TABLE lines (order_id bigint, line int, item text, code uuid, done bool, PRIMARY KEY (order_id, line))",
        "CREATE TABLE t (a int, b text)",
        "CREATE TABLE \"Mixed Case\" (id int PRIMARY KEY)",
        "CREATE TABLE triggered (id int PRIMARY KEY, n int)",
        "CREATE SEQUENCE seq",
        "CREATE VIEW order_view AS SELECT * FROM orders",
        "CREATE VIEW volatile_view AS SELECT nextval('seq')",
        "CREATE FUNCTION stable_function(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'",
        "CREATE FUNCTION volatile_function() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION volatile_function(t) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "INSERT INTO orders (id) VALUES (5)",
        "INSERT INTO t VALUES (1)",
    };

    @Test
    void noReadWritesAndEverythingIsPostgres() throws Exception {
        List<String> notSql = new ArrayList<>();
        List<String> misrouted = new ArrayList<>();
        int reads = 0;
        int refused = 0;
        try (DisposablePostgres pg = DisposablePostgres.start(Map.of(), Logins.SCRAM);
                Connection c = DriverManager.getConnection(pg.jdbcUrl(), pg.user(), pg.password())) {
            for (String sql : SCHEMA) {
                execute(c, sql);
            }
            for (Expected e : StatementTableTest.table().toList()) {
                if (NOT_JUDGED.stream().anyMatch(e.what()::startsWith)) {
                    continue;
                }
                String state = readOnly(c, e.sql());
                if (state.equals(SYNTAX)) {
                    notSql.add(e.sql());
                }
                if (e.what().startsWith("read") || e.what().startsWith("copy to: read")) {
                    reads++;
                    if (state.equals(READ_ONLY)) {
                        misrouted.add(e.sql());
                    }
                }
                refused += state.equals(READ_ONLY) ? 1 : 0;
            }
        }
        assertThat(notSql).isEmpty();
        assertThat(misrouted).isEmpty();
        assertThat(reads).isGreaterThan(80);
        // Proves that the server would have objected.
        assertThat(refused).isGreaterThan(80);
    }

    /** The SQLSTATE it ends with in a read-only transaction, "" for success. */
    private static String readOnly(Connection c, String sql) throws SQLException {
        boolean control =
                sql.matches("(?is)\\s*(begin|start|commit|end|rollback|abort|savepoint|release|set transaction"
                        + "|copy .* (stdin|stdout)|select pg_sleep|vacuum|create database|drop database|discard).*");
        if (control) {
            return "";
        }
        execute(c, "BEGIN READ ONLY");
        try (Statement s = c.createStatement()) {
            s.setQueryTimeout(10);
            s.execute(sql);
            return "";
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        } finally {
            execute(c, "ROLLBACK");
            execute(c, "DISCARD ALL");
        }
    }

    private static void execute(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }
}
