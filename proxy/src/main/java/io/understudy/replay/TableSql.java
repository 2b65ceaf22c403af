package io.understudy.replay;

import io.understudy.log.TableShape;
import io.understudy.log.TableShape.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The statements that change one table by row images. Each takes one image, or an array of them.
 *
 * <p>An image enters as a parameter of the table's own row type, so the server reads it with the types' input functions. It is never cast from
 * something else: a cast may be a user's function, and this connection is a superuser's.
 */
final class TableSql {
    private final TableShape shape;
    private final String table;
    private final List<String> keyOperators;
    private final Set<String> given;
    private final String mark;

    /** Stops what would work on replayed rows a second time, for the rest of the transaction; empty if there is nothing of the kind. */
    final String pause;

    /** Takes that back. */
    final String resume;

    final String deleteAll;
    final String insertOne;
    final String insertMany;
    final String updateOne;
    final String updateMany;
    final String deleteOne;
    final String deleteMany;

    /**
     * @param keyOperators per key column the operator that its index calls equal, as {@code OPERATOR(schema.=)}
     * @param stops what is to be stopped while rows are replayed
     * @param generation makes the texts differ from those before the last DDL: a statement prepared under the same text may
     *     remember the row type of a table that is gone
     */
    TableSql(TableShape shape, List<String> keyOperators, Stops stops, long generation) {
        this.shape = shape;
        this.table = Sql.qualified(shape.schema(), shape.name());
        this.keyOperators = keyOperators;
        this.given = stops.generated();
        this.mark = " /* " + generation + " */";
        this.pause = stops.pause();
        this.resume = stops.resume();
        this.deleteAll = "DELETE FROM ONLY " + table;
        this.insertOne = insert(parameter(1), "");
        this.insertMany = insert(c -> "r." + Sql.identifier(c), " FROM unnest($1::" + table + "[]) AS r");
        this.updateOne = update(parameter(1), parameter(2), "");
        this.updateMany = update(
                field("o"),
                field("n"),
                " FROM (SELECT unnest($1::" + table + "[]) AS o, unnest($2::" + table + "[]) AS n) AS r");
        this.deleteOne = keyed() ? delete(parameter(1), "") : deleteByImage("$1::" + imageType() + "[]");
        this.deleteMany = keyed()
                ? delete(field("o"), " USING (SELECT unnest($1::" + table + "[]) AS o) AS r")
                : deleteByImage("$1::" + imageType() + "[]");
    }

    /** Columns that rows are written with: all but what is generated, here as there. */
    private Stream<Column> written() {
        return shape.columns().stream().filter(c -> !c.generated() || given.contains(c.name()));
    }

    /** Generated columns tell no rows apart, and an image has no values of virtual ones: where there are any, images are read as rows, and compared without them. */
    private boolean comparesColumns() {
        return shape.columns().stream().anyMatch(Column::generated);
    }

    private String imageType() {
        return comparesColumns() ? table : "text";
    }

    /** What is compared of a row, or of an image given. */
    private String compared(String row) {
        if (!comparesColumns()) {
            return "record_out(" + row + ")";
        }
        return written()
                .map(c -> row + "." + Sql.identifier(c.name()))
                .collect(Collectors.joining(", ", "record_out(ROW(", "))"));
    }

    private UnaryOperator<String> parameter(int number) {
        return column -> "($" + number + "::" + table + ")." + Sql.identifier(column);
    }

    private static UnaryOperator<String> field(String of) {
        return column -> "(r." + of + ")." + Sql.identifier(column);
    }

    /** Whether rows are found by a key; otherwise by their whole image, and there are no updates. */
    boolean keyed() {
        return !shape.key().isEmpty();
    }

    /** Whether an update can say all that may change. Otherwise the row is deleted and inserted. */
    boolean updatable() {
        return keyed() && written().anyMatch(c -> !c.identityAlways());
    }

    String table() {
        return table;
    }

    String subject() {
        return shape.schema() + "." + shape.name();
    }

    private String insert(UnaryOperator<String> value, String from) {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Column c : written().toList()) {
            columns.add(Sql.identifier(c.name()));
            values.add(value.apply(c.name()));
        }
        String names = columns.isEmpty() ? "" : " (" + String.join(", ", columns) + ") OVERRIDING SYSTEM VALUE";
        // a row without anything to write is an image all the same, and must be mentioned as the parameter that it is
        String image = columns.isEmpty() && from.isEmpty() ? " FROM (SELECT $1::" + table + ") AS r" : from;
        return "INSERT INTO " + table + names + " SELECT " + String.join(", ", values) + image + mark;
    }

    private String update(UnaryOperator<String> before, UnaryOperator<String> after, String from) {
        if (!updatable()) {
            return "";
        }
        List<String> sets = new ArrayList<>();
        StringBuilder where = new StringBuilder(keyCondition(before));
        Set<String> key = Set.copyOf(shape.key());
        for (Column c : written().toList()) {
            if (c.identityAlways()) {
                // cannot be set; where it did change no row is found, and the row is replaced instead
                if (!key.contains(c.name())) {
                    where.append(" AND t.").append(Sql.identifier(c.name())).append(" IS NOT DISTINCT FROM ");
                    where.append(after.apply(c.name()));
                }
            } else {
                sets.add(Sql.identifier(c.name()) + " = " + after.apply(c.name()));
            }
        }
        return "UPDATE ONLY " + table + " AS t SET " + String.join(", ", sets) + from + " WHERE " + where + mark;
    }

    private String delete(UnaryOperator<String> image, String using) {
        return "DELETE FROM ONLY " + table + " AS t" + using + " WHERE " + keyCondition(image) + mark;
    }

    private String keyCondition(UnaryOperator<String> image) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < shape.key().size(); i++) {
            String column = shape.key().get(i);
            parts.add("t." + Sql.identifier(column) + " " + keyOperators.get(i) + " " + image.apply(column));
        }
        return String.join(" AND ", parts);
    }

    /** Takes an array of images; of equal rows as many go as there are equal images. */
    private String deleteByImage(String images) {
        String row = unused("image_of");
        String given = comparesColumns()
                ? "SELECT textin(" + compared(row) + ") FROM unnest(" + images + ") AS " + row
                : "SELECT unnest(" + images + ")";
        return "DELETE FROM ONLY " + table + " AS t USING ("
                + "SELECT s.at, v.times, row_number() OVER (PARTITION BY s.image) AS nth FROM "
                + "(SELECT w.image COLLATE \"C\" AS image, count(*) AS times FROM (" + given
                + ") AS w(image) GROUP BY 1) AS v "
                + "JOIN (SELECT " + row + ".ctid AS at, textin(" + compared(row) + ") COLLATE \"C\" AS image FROM ONLY "
                + table + " AS " + row + ") AS s ON s.image = v.image) AS d WHERE d.nth <= d.times AND t.ctid = d.at"
                + mark;
    }

    /** The same for one image, which need not be quoted as part of an array. */
    String deleteOneByImage() {
        return deleteByImage("ARRAY[$1::" + imageType() + "]");
    }

    /** A name that no column has: a column would hide the row of that name. */
    private String unused(String wish) {
        Set<String> taken = shape.columns().stream().map(Column::name).collect(Collectors.toSet());
        String name = wish;
        while (taken.contains(name)) {
            name += "_";
        }
        return name;
    }
}
