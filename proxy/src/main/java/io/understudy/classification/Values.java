package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.Relation;
import io.understudy.catalog.Relation.Column;
import io.understudy.classification.StatementForm.TimestampPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * The values of the statement form's whitelist: constants, parameters and columns of the row itself, of the types below; between numbers + - * and
 * abs(), between texts ||, coalesce() of both; the transaction's timestamp by itself. Left out on purpose: floats (sums differ), date and time (the text
 * 'now' is one), reg* types, enums, arrays, anything a user made.
 */
final class Values {
    private enum Type {
        NUMBER,
        TEXT,
        /** Constants and = only. */
        OTHER
    }

    private static final Map<Integer, Type> TYPES = Map.ofEntries(
            Map.entry(20, Type.NUMBER), // bigint
            Map.entry(21, Type.NUMBER), // smallint
            Map.entry(23, Type.NUMBER), // integer
            Map.entry(1700, Type.NUMBER), // numeric
            Map.entry(25, Type.TEXT), // text
            Map.entry(1042, Type.TEXT), // character(n)
            Map.entry(1043, Type.TEXT), // character varying(n)
            Map.entry(16, Type.OTHER), // boolean
            Map.entry(17, Type.OTHER), // bytea
            Map.entry(2950, Type.OTHER), // uuid
            Map.entry(114, Type.OTHER), // json
            Map.entry(3802, Type.OTHER)); // jsonb

    private static final int TIMESTAMP = 1114;
    private static final int TIMESTAMPTZ = 1184;
    private static final Set<String> NOW = Set.of("now", "transaction_timestamp");

    private final Relation table;
    private final Set<String> qualifiers;
    private final DatabaseCatalog catalog;
    private final List<TimestampPlace> timestamps = new ArrayList<>();

    Values(Relation table, Set<String> qualifiers, DatabaseCatalog catalog) {
        this.table = table;
        this.qualifiers = qualifiers;
        this.catalog = catalog;
    }

    /** In the order they stand in the statement; which tokens they are is still to be found. */
    List<TimestampPlace> timestamps() {
        return timestamps;
    }

    /** The column of the table that a name is. */
    Optional<Column> column(SqlNode node) {
        if (!(node instanceof SqlIdentifier id)
                || id.names.size() > 2
                || id.names.size() == 2 && !qualifiers.contains(id.names.getFirst())) {
            return Optional.empty();
        }
        return table.columns().stream()
                .filter(c -> c.name().equals(id.names.getLast()))
                .findFirst();
    }

    /** @param row whether columns of the row may be in it */
    boolean assignable(SqlNode value, Column column, boolean row) {
        if (column.type() == TIMESTAMP || column.type() == TIMESTAMPTZ) {
            return timestamp(value, column);
        }
        Type type = TYPES.get(column.type());
        return type != null && expression(value, type, row);
    }

    /** Why a value of a column was not allowed. */
    String objection(Column column) {
        if (column.type() == TIMESTAMP || column.type() == TIMESTAMPTZ) {
            return "the value of column " + column.name()
                    + " is a time other than now() or CURRENT_TIMESTAMP (texts may mean another moment each time they are read)";
        }
        return TYPES.containsKey(column.type())
                ? "the value of column " + column.name()
                        + " is more than constants, parameters and columns of the row under exact built-in operators"
                : "column " + column.name() + " is of type " + column.typeName()
                        + ", whose values are not always read or computed alike";
    }

    private boolean timestamp(SqlNode value, Column column) {
        if (value instanceof SqlLiteral literal && literal.getTypeName() == SqlTypeName.NULL) {
            return true;
        }
        if (!(value instanceof SqlCall call)
                || !(call.getOperator() instanceof SqlFunction function)
                || call.operandCount() > 0) {
            return value instanceof SqlIdentifier id && special(id.toString(), column);
        }
        SqlIdentifier name = function.getSqlIdentifier();
        if (name == null) {
            return special(function.getName(), column);
        }
        boolean now = name.isSimple() && NOW.contains(name.getSimple()) && builtIn(name.getSimple());
        if (now) {
            timestamps.add(new TimestampPlace(0, 3, column.type() == TIMESTAMPTZ));
        }
        return now;
    }

    private boolean special(String keyword, Column column) {
        boolean zoned = column.type() == TIMESTAMPTZ;
        // LOCALTIMESTAMP as a timestamptz depends on the time zone twice, and says nothing exact where clocks are put
        // back
        if (!keyword.equalsIgnoreCase("CURRENT_TIMESTAMP") && (zoned || !keyword.equalsIgnoreCase("LOCALTIMESTAMP"))) {
            return false;
        }
        timestamps.add(new TimestampPlace(0, 1, zoned));
        return true;
    }

    private boolean expression(SqlNode root, Type type, boolean row) {
        List<SqlNode> left = new ArrayList<>(List.of(root));
        while (!left.isEmpty()) {
            SqlNode node = left.removeLast();
            switch (node) {
                case SqlDynamicParam p -> {}
                case SqlLiteral literal -> {
                    if (!constant(literal, type)) {
                        return false;
                    }
                }
                case SqlIdentifier id -> {
                    if (!row
                            || column(id)
                                    .map(c -> TYPES.get(c.type()))
                                    .filter(t -> t == type)
                                    .isEmpty()) {
                        return false;
                    }
                }
                case SqlCall call -> {
                    if (!allowed(call, type)) {
                        return false;
                    }
                    left.addAll(call.getOperandList());
                }
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean allowed(SqlCall call, Type type) {
        SqlIdentifier function = call.getOperator() instanceof SqlFunction f ? f.getSqlIdentifier() : null;
        if (function != null) {
            String name = function.isSimple() ? function.getSimple() : "";
            return name.equals("coalesce")
                            && type != Type.OTHER
                            && catalog.functions(name).isEmpty()
                    || name.equals("abs")
                            && type == Type.NUMBER
                            && builtIn(name)
                            && call.operandCount() == 1
                            && typed(call.operand(0));
        }
        return switch (call.getKind()) {
            case PLUS, MINUS, TIMES -> type == Type.NUMBER && (typed(call.operand(0)) || typed(call.operand(1)));
            case MINUS_PREFIX -> type == Type.NUMBER && typed(call.operand(0));
            case OTHER -> type == Type.TEXT && call.getOperator().getName().equals("||");
            default -> false;
        };
    }

    /** Whether it has a type by itself: PostgreSQL would take a lone parameter or text as a float. */
    private static boolean typed(SqlNode node) {
        return !(node instanceof SqlDynamicParam)
                && !(node instanceof SqlLiteral literal && literal.getTypeName() == SqlTypeName.CHAR);
    }

    private boolean builtIn(String function) {
        List<DatabaseCatalog.Function> overloads = catalog.functions(function);
        return !overloads.isEmpty() && overloads.stream().allMatch(DatabaseCatalog.Function::builtIn);
    }

    private static boolean constant(SqlLiteral literal, Type type) {
        return switch (literal.getTypeName()) {
            case NULL, CHAR -> true;
            case DECIMAL, DOUBLE -> type == Type.NUMBER;
            case BOOLEAN -> type == Type.OTHER;
            default -> false;
        };
    }

    /** A column compared with a constant, or looked at for null. */
    boolean comparison(SqlNode node) {
        if (!(node instanceof SqlCall call)) {
            return false;
        }
        Optional<Type> type = column(call.operand(0)).map(c -> TYPES.get(c.type()));
        if (type.isEmpty()) {
            return false;
        }
        return switch (call.getKind()) {
            case IS_NULL, IS_NOT_NULL -> true;
            case EQUALS, NOT_EQUALS -> expression(call.operand(1), type.get(), false);
            case LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                type.get() == Type.NUMBER && expression(call.operand(1), type.get(), false);
            default -> false;
        };
    }

    /** The column that such a comparison fixes. */
    Optional<String> fixedColumn(SqlNode comparison) {
        return comparison.getKind() == SqlKind.EQUALS
                ? column(((SqlCall) comparison).operand(0)).map(Column::name)
                : Optional.empty();
    }
}
