package io.understudy.demo.torture;

import java.util.ArrayList;
import java.util.List;

/** What random tables have beside columns: parts, triggers, indexes, views. */
final class TableExtras {
    private TableExtras() {}

    /** Divides a table by its column n: the clause that says so, and then the statements that make the parts. */
    static List<String> parts(Dice dice, String name) {
        List<String> parts = new ArrayList<>();
        String part = "create table " + name + "_p%d partition of " + name;
        switch (dice.below(3)) {
            case 0 -> {
                parts.add(" partition by range (n)");
                parts.add(part.formatted(0) + " for values from (minvalue) to (15)");
                parts.add(part.formatted(1) + " for values from (15) to (maxvalue)");
            }
            case 1 -> {
                parts.add(" partition by list (n)");
                parts.add(part.formatted(0) + " for values in (0, 1, 2, 3, 4, 5, null)");
            }
            default -> {
                parts.add(" partition by hash (n)");
                parts.add(part.formatted(0) + " for values with (modulus 2, remainder 0)");
                parts.add(part.formatted(1) + " for values with (modulus 2, remainder 1)");
                return parts;
            }
        }
        parts.add("create table " + name + "_default partition of " + name + " default");
        return parts;
    }

    /** Statements for triggers and the like. */
    static List<String> extras(Dice dice, Table table) {
        List<String> setup = new ArrayList<>();
        String name = table.name();
        int triggers = dice.below(4);
        for (int i = 0; i < triggers; i++) {
            setup.add("create " + trigger(dice, "x" + i + "_" + name, name));
        }
        if (dice.percent(30)) {
            setup.add("create index on " + name
                    + dice.any(" (n)", " using hash (v)", " (lower(v)) where n > 3", " (n desc, v)"));
        }
        if (dice.percent(25)) {
            setup.add("create view v_" + name + " as select " + (table.keyed() ? "id, " : "") + "n, v from " + name
                    + " where n < 30 with local check option");
        }
        if (dice.percent(15)) {
            setup.add("create rule r_" + name + " as on update to " + name
                    + " where new.n > 35 do also insert into audit (tab, op) values ('" + name + "', 'rule')");
        }
        return setup;
    }

    private static String trigger(Dice dice, String name, String table) {
        String row = " on " + table + " for each row execute function ";
        return switch (dice.below(8)) {
            case 0 ->
                "trigger " + name + " after insert or update or delete on " + table
                        + " for each row when (pg_trigger_depth() < 4) execute function audited()";
            case 1 -> "trigger " + name + " before insert or update" + row + "stirred()";
            case 2 ->
                "trigger " + name + " after insert or update or delete or truncate on " + table
                        + " for each statement execute function counted()";
            case 3 -> "trigger " + name + " after update" + row + "stirs_others()";
            case 4 -> "trigger " + name + " before insert" + row + "refuses_some()";
            case 5 -> "trigger " + name + " after insert" + row + "tries_and_fails()";
            case 6 ->
                "constraint trigger " + name + " after insert or update on " + table
                        + " deferrable initially deferred for each row execute function summed()";
            default ->
                "trigger " + name + " after update on " + table
                        + " referencing new table as changed for each statement execute function summed_up()";
        };
    }
}
