package io.understudy.demo.torture;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Every shape of INSERT, UPDATE, DELETE and MERGE on random tables. */
final class RowDeeds {
    private RowDeeds() {}

    static List<Deed> all() {
        return List.of(
                new Deed("insert", 14, (c, w, d) -> c.run(insert(d, d.of(w.tables()), d.between(1, 3), true))),
                new Deed("batch", 3, RowDeeds::batch),
                new Deed("upsert", 5, RowDeeds::upsert),
                new Deed("insert-select", 4, RowDeeds::insertSelect),
                new Deed("update", 12, RowDeeds::update),
                new Deed("update-by-key", 8, RowDeeds::updateByKey),
                new Deed("update-key", 3, RowDeeds::updateKey),
                new Deed("update-from", 3, RowDeeds::updateFrom),
                new Deed("update-nothing", 2, RowDeeds::updateNothing),
                new Deed("update-limit", 3, RowDeeds::updateLimit),
                new Deed("delete", 5, RowDeeds::delete),
                new Deed("delete-using", 2, RowDeeds::deleteUsing),
                new Deed("delete-skip-locked", 3, RowDeeds::deleteSkipLocked),
                new Deed("merge", 4, RowDeeds::merge),
                new Deed("modifying-with", 4, RowDeeds::modifyingWith),
                new Deed("truncate", 1, RowDeeds::truncate));
    }

    /** An INSERT of some rows with a random choice of columns. */
    static Sql insert(Dice d, Table table, int rows, boolean returning) {
        List<Column> columns = chosen(d, table);
        Sql sql = new Sql(d).add("insert into " + table.name() + " (" + names(columns) + ") values ");
        for (int row = 0; row < rows; row++) {
            sql.add(row == 0 ? "(" : ", (");
            for (int i = 0; i < columns.size(); i++) {
                sql.add(i == 0 ? "" : ", ");
                if (d.percent(8)) {
                    sql.add("default");
                } else {
                    sql.value(columns.get(i).type());
                }
            }
            sql.add(")");
        }
        if (returning && d.percent(25)) {
            sql.add(d.any(" returning *", " returning n, v", " returning clock_timestamp(), ctid"));
        }
        return sql;
    }

    private static List<Column> chosen(Dice d, Table table) {
        List<Column> columns = new ArrayList<>(
                table.assigned().stream().filter(c -> d.percent(75)).toList());
        if (columns.isEmpty()) {
            columns.add(table.columns().stream()
                    .filter(c -> c.name().equals("n"))
                    .findFirst()
                    .orElseThrow());
        }
        return columns;
    }

    private static String names(List<Column> columns) {
        return String.join(", ", columns.stream().map(Column::name).toList());
    }

    /** A condition that some rows may meet. */
    static Sql where(Sql sql, Dice d, Table table) {
        sql.add(" where ");
        return switch (d.below(6)) {
            case 0 -> sql.add("n = ").constant(ColumnTypes.INT);
            case 1 -> sql.add("n between ").constant(ColumnTypes.INT).add(" and 25 and random() < 0.7");
            case 2 -> sql.add("n > (select coalesce(avg(n), 0) from " + table.name() + ")");
            case 3 -> sql.add("v like ").constant(ColumnTypes.TEXT).add(" || '%' and n % 3 = 1");
            case 4 -> sql.add("exists (select from bag where bag.x = " + table.name() + ".n)");
            default ->
                sql.add("n in (")
                        .constant(ColumnTypes.INT)
                        .add(", ")
                        .constant(ColumnTypes.INT)
                        .add(")");
        };
    }

    private static Sql assignments(Sql sql, Dice d, Table table) {
        List<Column> columns = chosen(d, table).stream()
                .filter(c -> !c.name().equals("id"))
                .limit(3)
                .toList();
        if (columns.isEmpty()) {
            return sql.add("n = " + table.name() + ".n + 1");
        }
        for (int i = 0; i < columns.size(); i++) {
            Column c = columns.get(i);
            sql.add(i == 0 ? c.name() + " = " : ", " + c.name() + " = ");
            switch (c.name() + d.below(3)) {
                case "n0" -> sql.add(table.name() + ".n + 1");
                case "n1" -> sql.add("(select count(*)::int % 40 from " + table.name() + ")");
                case "v0" -> sql.add("left(" + table.name() + ".v, 20) || 'u'");
                default -> sql.value(c.type());
            }
        }
        return sql;
    }

    private static void batch(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        List<Sql> same = new ArrayList<>();
        int size = d.between(2, 8);
        for (int i = 0; i < size; i++) {
            Sql sql = new Sql(d).add("insert into " + table.name() + " (n, v) values (");
            sql.parameter(Integer.toString(d.below(40)), ColumnType.Binding.INT).add(", ");
            same.add(sql.parameter("batch " + i, ColumnType.Binding.UNTYPED).add(")"));
        }
        c.batch(same);
    }

    private static void upsert(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        Sql sql = insert(d, table, d.between(1, 2), false);
        if (table.keyed() && d.percent(60)) {
            sql.add(" on conflict (id) do update set ");
            assignments(sql, d, table);
            sql.add(d.any("", " where " + table.name() + ".n < excluded.n", " returning *"));
        } else {
            sql.add(" on conflict do nothing");
        }
        c.run(sql);
    }

    private static void insertSelect(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        Table from = d.of(w.tables());
        Sql sql = new Sql(d).add("insert into " + table.name() + " (n, v) select ");
        sql.add(d.any("n + 1, v", "n, random()::text", "count(*)::int % 40, max(v)"))
                .add(" from " + from.name());
        where(sql, d, from);
        c.run(sql.add(
                sql.text().contains("count(*)::int % 40, max") ? "" : d.any(" limit 3", " order by n limit 2", "")));
    }

    private static void update(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        Sql sql = new Sql(d).add("update " + d.any("", "", "only ") + table.name() + " set ");
        c.run(where(assignments(sql, d, table), d, table).add(d.any("", "", "", " returning *")));
    }

    private static void updateByKey(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        if (!table.keyed()) {
            update(c, w, d);
            return;
        }
        List<String> ids = c.ask("select id from " + table.name() + d.any("", " order by random()") + " limit 1");
        if (!ids.isEmpty()) {
            Sql sql = new Sql(d).add("update " + table.name() + " set ");
            if (d.percent(50)) {
                sql.add("n = ").parameter(Integer.toString(d.below(40)), ColumnType.Binding.INT);
            } else {
                assignments(sql, d, table);
            }
            c.run(sql.add(" where id = ").parameter(ids.getFirst(), ColumnType.Binding.LONG));
        }
    }

    private static void updateKey(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        if (table.keyed()) {
            c.run("update " + table.name() + " set id = id + " + d.any("1", "1000", "-1") + " where id "
                    + d.any("= (select max(id) from ", "< (select avg(id) from ", "> (select avg(id) from ")
                    + table.name() + ")");
        }
    }

    private static void updateFrom(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        c.run("update " + table.name() + " t set v = b.y, n = t.n + b.x from bag b where b.x = t.n"
                + d.any("", " and b.ctid = (select min(ctid) from bag)", " returning t.*"));
    }

    private static void updateNothing(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        c.run(new Sql(d)
                .add("update " + table.name() + " set n = n + 1 where n = 777")
                .add(d.any("", " and v = 'x'")));
    }

    private static void updateLimit(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        c.run("update " + table.name() + " set n = (n + 7) % 40 where (tableoid, ctid) in (select tableoid, ctid from "
                + table.name() + " limit 2" + d.any("", " for update", " for update skip locked", " for no key update")
                + ")");
    }

    private static void delete(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        Sql sql = new Sql(d).add("delete from " + table.name());
        c.run(where(sql, d, table).add(d.any("", " returning *")));
    }

    private static void deleteUsing(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        c.run("delete from " + table.name() + " t using counter k where k.n % 10 = t.n");
    }

    private static void deleteSkipLocked(Client c, World w, Dice d) throws SQLException {
        c.run("delete from bag where ctid in (select ctid from bag limit " + d.between(1, 3)
                + " for update skip locked) returning *");
    }

    private static void merge(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        c.run("merge into " + table.name() + " t using (select distinct on (x) x, y from bag) b on t.n = b.x"
                + d.any(
                        "",
                        " when matched and t.n % 5 = 0 then delete",
                        " when matched and b.y = 'dup' then do nothing")
                + " when matched then update set v = b.y || clock_timestamp(), n = t.n + 1"
                + d.any(
                        " when not matched then insert (n, v) values (b.x, md5(random()::text))",
                        " when not matched and random() < 0.5 then insert (n) values (b.x)",
                        ""));
    }

    private static void modifyingWith(Client c, World w, Dice d) throws SQLException {
        Table table = d.of(w.tables());
        Table other = d.of(w.tables());
        c.run(d.any(
                "with gone as (delete from " + table.name() + " where n % 9 = 4 returning n, v) insert into "
                        + other.name() + " (n, v) select n, v from gone",
                "with added as (insert into " + table.name()
                        + " (n, v) values ((random() * 40)::int, now()::text) returning n) select count(*) from added",
                "with a as (update " + table.name() + " set n = n + 1 where n < 3 returning n), b as (insert into bag"
                        + " select n, 'with' from a returning x) update counter set n = n + (select count(*) from b)"
                        + " where k = 'k1' returning *",
                "with recursive r(i) as (select 1 union all select i + 1 from r where i < 3) insert into "
                        + table.name() + " (n, v) select i, random()::text from r"));
    }

    private static void truncate(Client c, World w, Dice d) throws SQLException {
        c.run("truncate "
                + d.any(
                        "bag",
                        "audit restart identity",
                        d.of(w.tables()).name() + " cascade",
                        d.of(w.tables()).name() + " restart identity cascade",
                        "parted_mid, hashed",
                        "only ancestor"));
    }
}
