package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Schema changes in transactions that go on looking at the snapshot they began with, of tables that others have made or changed since. */
class OldSnapshotIT extends OnSharedCluster {
    private void fails(String level, String[] others, String... statements) throws Exception {
        try (Connection one = connect(Protocol.SIMPLE, 2)) {
            execute(one, "begin isolation level " + level, "select count(*) from pg_class where relname = 'anything'");
            run(Protocol.SIMPLE, 3, others);
            assertThatThrownBy(() -> {
                        execute(one, statements);
                        execute(one, "commit");
                    })
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("40001");
                        assertThat(e.getMessage()).contains("was changed by others since this transaction began");
                    });
            execute(one, "rollback");
            execute(one, statements);
        }
        assertNodesEqual();
    }

    @Test
    void tablesMadeSince() throws Exception {
        for (String level : new String[] {"repeatable read", "serializable"}) {
            fails(
                    level,
                    new String[] {"drop table if exists since", "create table since (a int)"},
                    "alter table since add column q int default 7",
                    "insert into since values (1, 2)");
            fails(
                    level,
                    new String[] {"drop table if exists since", "create table since (a int primary key, b int)"},
                    "alter table since alter column b set default 5",
                    "insert into since values (1)");
        }
    }

    @Test
    void columnsAddedSince() throws Exception {
        run(Protocol.SIMPLE, 1, "create table widened (a int primary key)", "insert into widened values (1), (2)");
        fails(
                "repeatable read",
                new String[] {"alter table widened add column z int default 5"},
                "alter table widened add column q int",
                "update widened set q = a");
    }

    /** The transaction's schema change is of another table. */
    @Test
    void columnsAddedSinceToATableThatIsOnlyWritten() throws Exception {
        run(Protocol.SIMPLE, 1, "create table written (a int primary key)", "insert into written values (1), (2)");
        fails(
                "repeatable read",
                new String[] {"alter table written add column z int default 5"},
                "create table if not exists beside (x int)",
                "update written set z = a where a = (select max(a) from written)",
                "insert into written values ((select max(a) + 1 from written), 9)");
    }

    /** What nobody else has changed is altered as ever. */
    @Test
    void tablesOfThen() throws Exception {
        run(Protocol.SIMPLE, 1, "create table calm (a int primary key, b text)", "insert into calm values (1, 'x')");
        try (Connection one = connect(Protocol.SIMPLE, 2)) {
            execute(one, "begin isolation level repeatable read", "select count(*) from calm");
            run(Protocol.SIMPLE, 1, "create table elsewhere (a int)");
            execute(
                    one,
                    "alter table calm add column c int",
                    "create table made (a int, b int)",
                    "update calm set c = a",
                    "insert into made values (1, 2)",
                    "alter table made drop column a",
                    "insert into made values (3)",
                    "commit");
        }
        assertNodesEqual();
    }
}
