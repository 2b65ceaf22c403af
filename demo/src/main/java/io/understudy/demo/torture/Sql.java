package io.understudy.demo.torture;

import io.understudy.demo.torture.ColumnType.Binding;
import java.util.ArrayList;
import java.util.List;

/** A statement being written, with its parameters. */
final class Sql {
    /** A parameter's value, as text. */
    record Parameter(String text, Binding binding) {}

    private static final int PARAMETER_PERCENT = 60;
    private static final int VOLATILE_PERCENT = 15;
    private static final int NULL_PERCENT = 5;

    private final Dice dice;
    private final StringBuilder text = new StringBuilder();
    private final List<Parameter> parameters = new ArrayList<>();

    Sql(Dice dice) {
        this.dice = dice;
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    Sql add(String part) {
        text.append(part);
        return this;
    }

    /** Some value of that type: a constant, a parameter, something volatile, or null. */
    Sql value(ColumnType type) {
        if (dice.percent(NULL_PERCENT)) {
            return add("null");
        }
        if (dice.percent(VOLATILE_PERCENT) && !type.volatiles().isEmpty()) {
            return add(dice.of(type.volatiles()));
        }
        return constant(type);
    }

    /** A constant or a parameter of that type. */
    Sql constant(ColumnType type) {
        String value = type.constant().apply(dice);
        if (dice.percent(PARAMETER_PERCENT)) {
            return parameter(value, type.binding());
        }
        return add(quoted(value));
    }

    Sql parameter(String value, Binding binding) {
        parameters.add(new Parameter(value, binding));
        return add("?");
    }

    String text() {
        return text.toString();
    }

    List<Parameter> parameters() {
        return parameters;
    }
}
