package io.understudy.demo.torture;

import java.util.List;
import java.util.function.Function;

/**
 * A type that columns can have.
 *
 * @param sql its name in SQL
 * @param constant makes the text of a value
 * @param volatiles expressions of that type whose value nobody can foresee
 * @param unique whether a unique index is possible and sensible
 */
record ColumnType(String sql, Function<Dice, String> constant, List<String> volatiles, boolean unique) {

    ColumnType {
        volatiles = List.copyOf(volatiles);
    }

    /** How the type of a parameter is told to the driver. */
    enum Binding {
        /** As four bytes. */
        INT,
        /** As eight bytes. */
        LONG,
        /** As text of a type that the server finds out. */
        UNTYPED
    }

    Binding binding() {
        return switch (sql) {
            case "int" -> Binding.INT;
            case "bigint" -> Binding.LONG;
            default -> Binding.UNTYPED;
        };
    }
}
