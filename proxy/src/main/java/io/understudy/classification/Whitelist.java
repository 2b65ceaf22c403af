package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.Relation;
import io.understudy.catalog.Relation.Column;
import io.understudy.classification.StatementForm.Change;
import io.understudy.classification.StatementForm.Eligible;
import io.understudy.classification.StatementForm.Ineligible;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDelete;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * The whitelist of the statement form: what is provably the same wherever it runs. Everything not named here is logged as rows.
 *
 * <ul>
 *   <li>the table is plain (see {@link Relation}), and its names mean what PostgreSQL's own catalog says (pg_catalog is searched first);
 *   <li>INSERT of one row of VALUES; a column left out has no default, or a constant one;
 *   <li>UPDATE or DELETE whose WHERE fixes every column of the primary key by = a constant, and beyond that only compares columns with constants;
 *   <li>values are as {@link Values} allows.
 * </ul>
 */
final class Whitelist {
    private final Relation table;
    private final Set<String> qualifiers = new HashSet<>();
    private final Values values;

    private Whitelist(Relation table, DatabaseCatalog catalog, @Nullable SqlIdentifier alias) {
        this.table = table;
        qualifiers.add(alias == null ? table.name() : alias.getSimple());
        this.values = new Values(table, qualifiers, catalog);
    }

    static StatementForm decide(SqlNode tree, DatabaseCatalog catalog, List<String> searchPath) {
        if (searchPath.indexOf("pg_catalog") > 0) {
            return new Ineligible("pg_catalog is not searched first in the search path");
        }
        return switch (tree) {
            case SqlInsert insert ->
                on(insert.getTargetTable(), null, Change.INSERT, catalog, searchPath, w -> w.insert(insert));
            case SqlUpdate update ->
                on(
                        update.getTargetTable(),
                        update.getAlias(),
                        Change.UPDATE,
                        catalog,
                        searchPath,
                        w -> w.update(update));
            case SqlDelete delete ->
                on(
                        delete.getTargetTable(),
                        delete.getAlias(),
                        Change.DELETE,
                        catalog,
                        searchPath,
                        w -> w.where(delete.getCondition()));
            default -> new Ineligible("it is not INSERT, UPDATE or DELETE");
        };
    }

    private interface Rule {
        /** Why not, or empty. */
        Optional<String> objection(Whitelist whitelist);
    }

    private static StatementForm on(
            SqlNode target,
            @Nullable SqlIdentifier alias,
            Change change,
            DatabaseCatalog catalog,
            List<String> searchPath,
            Rule rule) {
        List<String> names = ((SqlIdentifier) target).names;
        String schema = names.size() > 1 ? names.get(names.size() - 2) : "";
        Optional<Relation> found = catalog.relation(schema, names.getLast(), searchPath);
        if (found.isEmpty()) {
            return new Ineligible("table " + names.getLast() + " is not known");
        }
        Relation table = found.get();
        if (!table.plain()) {
            return new Ineligible("table " + table.name() + " " + table.odd());
        }
        if (table.kind() != 'r' || table.persistence() == 't') {
            return new Ineligible("table " + table.name() + " is not a permanent table");
        }
        Whitelist whitelist = new Whitelist(table, catalog, alias);
        Optional<String> objection = rule.objection(whitelist);
        return objection
                .<StatementForm>map(Ineligible::new)
                .orElseGet(() -> new Eligible(
                        new TableReference(table.schema(), table.name(), table.oid()),
                        change,
                        whitelist.values.timestamps(),
                        -1));
    }

    private Optional<String> insert(SqlInsert insert) {
        if (insert.getSource().getKind() != SqlKind.VALUES || ((SqlCall) insert.getSource()).operandCount() != 1) {
            return Optional.of("it is not one row of VALUES");
        }
        SqlNode row = ((SqlCall) insert.getSource()).operand(0);
        List<SqlNode> given = row.getKind() == SqlKind.ROW ? ((SqlCall) row).getOperandList() : List.of(row);
        List<Column> columns = new ArrayList<>();
        SqlNodeList names = insert.getTargetColumnList();
        for (int i = 0; i < given.size(); i++) {
            Optional<Column> column = names != null && i < names.size()
                    ? values.column(names.get(i))
                    : names == null && i < table.columns().size()
                            ? Optional.of(table.columns().get(i))
                            : Optional.empty();
            if (column.isEmpty()) {
                return Optional.of("it names a column that table " + table.name() + " does not have");
            }
            columns.add(column.get());
        }
        for (Column c : table.columns()) {
            boolean constant = !c.hasDefault() || c.constantDefault();
            if (!columns.contains(c) && !(constant && c.identity() == 0 && c.generated() == 0)) {
                return Optional.of("column " + c.name() + " is left out, and its default is not a constant");
            }
        }
        for (int i = 0; i < given.size(); i++) {
            if (!values.assignable(given.get(i), columns.get(i), false)) {
                return Optional.of(values.objection(columns.get(i)));
            }
        }
        return Optional.empty();
    }

    private Optional<String> update(SqlUpdate update) {
        for (int i = 0; i < update.getTargetColumnList().size(); i++) {
            Optional<Column> column = values.column(update.getTargetColumnList().get(i));
            if (column.isEmpty()
                    || !values.assignable(update.getSourceExpressionList().get(i), column.get(), true)) {
                return Optional.of(column.map(values::objection)
                        .orElse("it names a column that table " + table.name() + " does not have"));
            }
        }
        return where(update.getCondition());
    }

    private Optional<String> where(@Nullable SqlNode condition) {
        if (table.key().isEmpty()) {
            return Optional.of("table " + table.name() + " has no primary key");
        }
        if (condition == null) {
            return Optional.of("it has no WHERE");
        }
        Set<String> missing = new HashSet<>(table.key());
        List<SqlNode> left = new ArrayList<>(List.of(condition));
        while (!left.isEmpty()) {
            SqlNode node = left.removeLast();
            if (node.getKind() == SqlKind.AND) {
                left.addAll(((SqlCall) node).getOperandList());
            } else if (values.comparison(node)) {
                values.fixedColumn(node).ifPresent(missing::remove);
            } else {
                return Optional.of("WHERE has a condition that is more than a column compared with a constant");
            }
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("WHERE does not fix the primary key: "
                        + String.join(", ", missing.stream().sorted().toList()) + " is open");
    }
}
