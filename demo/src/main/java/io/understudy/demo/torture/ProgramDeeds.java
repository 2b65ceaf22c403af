package io.understudy.demo.torture;

import java.sql.SQLException;
import java.util.List;

/** What takes several statements, another kind of statement, or a piece of a program. */
final class ProgramDeeds {
    private ProgramDeeds() {}

    static List<Deed> all() {
        return List.of(
                new Deed("savepoints", 6, ProgramDeeds::savepoints),
                new Deed("cursor", 4, ProgramDeeds::cursor),
                new Deed("prepare-execute", 3, ProgramDeeds::prepared),
                new Deed("copy-in", 4, ProgramDeeds::copyIn),
                new Deed("copy-out", 2, ProgramDeeds::copyOut),
                new Deed("several-in-one", 4, ProgramDeeds::severalInOne),
                new Deed("temporary-table", 2, ProgramDeeds::temporary),
                WorldDeeds.statement(
                        "do-block",
                        4,
                        d -> "do $do$ begin insert into bag values ("
                                + d.below(9) + ", 'do ' || clock_timestamp()); begin update swap set u = 1; "
                                + "exception when unique_violation then insert into audit (tab, op) values ('swap', 'do'); end; "
                                + "perform note('done'); end $do$"),
                WorldDeeds.statement(
                        "locks",
                        3,
                        d -> d.any(
                                "select pg_advisory_xact_lock(" + d.below(3) + ")",
                                "select pg_try_advisory_lock(" + d.below(3) + ")",
                                "select pg_advisory_unlock_all()",
                                "lock table checked in share row exclusive mode nowait")),
                WorldDeeds.statement(
                        "notify", 1, d -> d.any("notify torture, 'x'", "select pg_notify('torture', 'y')")),
                WorldDeeds.statement(
                        "constraints", 2, d -> d.any("set constraints all deferred", "set constraints all immediate")));
    }

    private static void savepoints(Client c, World w, Dice d) throws SQLException {
        String name = d.any("a", "b", "\"Odd name\"");
        c.run("savepoint " + name);
        try {
            RowDeeds.all().get(d.below(RowDeeds.all().size() - 1)).action().run(c, w, d);
            if (d.percent(40)) {
                c.run("savepoint inner_one");
                c.run("update counter set n = n + 10 where k = 'k3'");
                c.run(d.any("rollback to inner_one", "release inner_one", "rollback to " + name));
            }
        } catch (SQLException e) {
            if (Complaint.isFatal(e)) {
                throw e;
            }
            c.run("rollback to " + name);
            if (!Complaint.isExpected(e)) {
                throw e;
            }
            return;
        }
        c.run(d.any("rollback to ", "release ", "rollback to savepoint ", "release savepoint ") + name);
    }

    private static void cursor(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        String name = "cur" + w.fresh();
        c.run("declare " + name + " cursor for select * from " + table.name() + d.any(" for update", ""));
        c.run("fetch " + d.between(1, 3) + " from " + name);
        if (d.percent(80)) {
            c.run(d.any("update " + table.name() + " set n = n + 1", "delete from " + table.name())
                    + " where current of " + name);
        }
        c.run("close " + d.any(name, "all"));
    }

    private static void prepared(Client c, World w, Dice d) throws SQLException {
        String name = "p" + w.fresh();
        c.run("prepare " + name + "(int, text) as "
                + d.any(
                        "insert into bag values ($1, $2)",
                        "update counter set n = n + $1 where k = $2 returning n",
                        "select note($2 || $1)",
                        "insert into bag select $1, $2 || random() from bag limit 2",
                        "select count(*) from bag where x = $1 or y = $2"));
        for (int i = d.between(1, 3); i > 0; i--) {
            c.run("execute " + name + "(" + d.below(9) + ", 'k" + d.between(1, 5) + "')");
        }
        c.run("deallocate " + d.any(name, "prepare " + name, "all"));
    }

    private static void copyIn(Client c, World w, Dice d) throws SQLException {
        switch (d.below(4)) {
            case 0 -> c.copyIn("copy bag from stdin", "1\tcopied\n2\t\\N\n\\N\t\\\\N\n");
            case 1 -> c.copyIn("copy bag (y, x) from stdin (format csv, header)", "y,x\n\"a,\"\"b\",3\n,4\n");
            case 2 -> c.copyIn("copy parted (k, m) from stdin csv", "5,sad\n15,ok\n" + d.below(99) + ",happy\n");
            default -> {
                StringBuilder rows = new StringBuilder();
                for (int i = d.between(1, 400); i > 0; i--) {
                    rows.append(d.below(40)).append("\trow ").append(i).append('\n');
                }
                c.copyIn("copy " + d.of(w.tables()).name() + " (n, v) from stdin", rows.toString());
            }
        }
    }

    private static void copyOut(Client c, World w, Dice d) throws SQLException {
        c.copyOut(d.any(
                "copy bag to stdout",
                "copy (select * from " + d.of(w.tables()).name() + ") to stdout (format binary)",
                "copy (insert into bag values (1, 'copied out') returning *) to stdout",
                "copy (delete from bag where x = 8 returning *) to stdout csv",
                "copy (select note('copy')) to stdout"));
    }

    private static void severalInOne(Client c, World w, Dice d) throws SQLException {
        String one = "insert into bag values (" + d.below(9) + ", 'several')";
        String two = "update counter set n = n + 1 where k = 'k" + d.between(1, 5) + "'";
        c.run(d.any(
                one + "; " + two + "; select count(*) from bag",
                one + ";" + two + "; select 1 / 0",
                one + "; savepoint s; " + two + "; rollback to s; release s",
                two + "; ; -- nothing\n; " + one + ";",
                "select 1; " + one + " returning *; delete from bag where y = 'several'"));
    }

    private static void temporary(Client c, World w, Dice d) throws SQLException {
        String name = "temp" + w.fresh();
        c.run("create temp table " + name + " on commit drop as select x, y from bag limit 3");
        c.run("insert into " + name + " values (1, 'temporary')");
        c.run("insert into bag select x, y || '!' from " + name + " limit 2");
        c.run("update counter set n = n + (select count(*) from " + name + ") where k = 'k4'");
    }
}
