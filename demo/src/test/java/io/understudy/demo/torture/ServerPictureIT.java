package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.StubCluster;
import io.understudy.demo.fault.Contents;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Equal servers look equal, and a difference put in by hand is found, whatever it is. */
class ServerPictureIT {
    private static final List<String> SAME = List.of(
            "create schema s",
            "create type s.mood as enum ('a', 'b')",
            "create table s.t (id int primary key, v text default 'x', m s.mood)",
            "create table s.bag (x int)",
            "create sequence s.q",
            "create function s.f() returns int language sql as 'select 1'",
            "create view s.v as select id from s.t",
            "create function s.g() returns trigger language plpgsql as 'begin return null; end'",
            "create trigger g after insert on s.bag for each row execute function s.g()",
            "create index i on s.t (v)",
            "create role somebody",
            "insert into s.t values (1, 'one'), (2, null)",
            "insert into s.bag values (1), (1), (2)");

    private static final List<String> DIFFERENT = List.of(
            "update s.t set v = 'two' where id = 2",
            "insert into s.bag values (1)",
            "delete from s.bag where ctid = (select ctid from s.bag where x = 1 limit 1)",
            "select nextval('s.q')",
            "alter table s.t alter v set default 'y'",
            "alter table s.t add check (id > 0)",
            "alter table s.bag disable trigger g",
            "alter type s.mood add value 'c' before 'a'",
            "create or replace function s.f() returns int language sql as 'select 2'",
            "create or replace view s.v as select id + 0 as id from s.t",
            "drop index s.i",
            "grant select on s.t to somebody",
            "comment on table s.t is 'here'",
            "alter role somebody login",
            "alter sequence s.q increment by 2",
            "alter table s.t enable row level security",
            "create table s.more ()");

    @Test
    void everyDifferenceIsFound() throws Exception {
        try (StubCluster stub = StubCluster.start(2)) {
            LocalCluster cluster = stub.cluster();
            Inspection inspection = new Inspection(cluster);
            try (Connection one = Contents.connect(cluster, cluster.node(1));
                    Connection two = Contents.connect(cluster, cluster.node(2))) {
                for (String sql : SAME) {
                    execute(one, sql);
                    execute(two, sql);
                }
                assertThat(inspection.differences()).isEmpty();
                for (String sql : DIFFERENT) {
                    execute(two, sql);
                    assertThat(inspection.differences()).as(sql).isNotEmpty();
                    execute(one, sql);
                    assertThat(inspection.differences()).as("both: " + sql).isEmpty();
                }
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
