package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Schema changes in transactions that go on looking at the snapshot they began with, of tables that others have made or changed since. */
@TestInstance(Lifecycle.PER_CLASS)
class OldSnapshotIT {
    private RunningCluster running;
    private LocalCluster cluster;

    @BeforeAll
    void start() throws IOException {
        running = RunningCluster.shared();
        cluster = running.local();
    }

    @AfterAll
    void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    private Connection connect(int node) throws SQLException, IOException {
        return Protocol.SIMPLE.connect(cluster.node(node), "postgres", cluster.password());
    }

    private void fails(String level, String[] others, String... statements) throws Exception {
        try (Connection one = connect(2);
                Connection other = connect(3);
                Statement ofOne = one.createStatement();
                Statement ofOther = other.createStatement()) {
            ofOne.execute("begin isolation level " + level);
            ofOne.execute("select count(*) from pg_class where relname = 'anything'");
            for (String sql : others) {
                ofOther.execute(sql);
            }
            assertThatThrownBy(() -> {
                        for (String sql : statements) {
                            ofOne.execute(sql);
                        }
                        ofOne.execute("commit");
                    })
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("40001");
                        assertThat(e.getMessage()).contains("was changed by others since this transaction began");
                    });
            ofOne.execute("rollback");
            for (String sql : statements) {
                ofOne.execute(sql);
            }
        }
        assertThat(new Inspection(cluster).findings()).isEmpty();
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
        try (Connection c = connect(1);
                Statement s = c.createStatement()) {
            s.execute("create table widened (a int primary key)");
            s.execute("insert into widened values (1), (2)");
        }
        fails(
                "repeatable read",
                new String[] {"alter table widened add column z int default 5"},
                "alter table widened add column q int",
                "update widened set q = a");
    }

    /** The transaction's schema change is of another table. */
    @Test
    void columnsAddedSinceToATableThatIsOnlyWritten() throws Exception {
        try (Connection c = connect(1);
                Statement s = c.createStatement()) {
            s.execute("create table written (a int primary key)");
            s.execute("insert into written values (1), (2)");
        }
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
        try (Connection one = connect(2);
                Connection other = connect(1);
                Statement ofOne = one.createStatement();
                Statement ofOther = other.createStatement()) {
            ofOther.execute("create table calm (a int primary key, b text)");
            ofOther.execute("insert into calm values (1, 'x')");
            ofOne.execute("begin isolation level repeatable read");
            ofOne.execute("select count(*) from calm");
            ofOther.execute("create table elsewhere (a int)");
            ofOne.execute("alter table calm add column c int");
            ofOne.execute("create table made (a int, b int)");
            ofOne.execute("update calm set c = a");
            ofOne.execute("insert into made values (1, 2)");
            ofOne.execute("alter table made drop column a");
            ofOne.execute("insert into made values (3)");
            ofOne.execute("commit");
        }
        assertThat(new Inspection(cluster).findings()).isEmpty();
    }
}
