package io.understudy.classification;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDelete;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlMerge;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUpdate;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.jspecify.annotations.Nullable;

/** Reads tables and functions from Calcite's tree, without recursion. */
final class TreeReader {
    private record Visit(SqlNode node, boolean from, Set<String> visible) {}

    private static final Set<String> SYSTEM_COLUMNS = Set.of("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid");

    private final Facts facts;
    private final Deque<Visit> left = new ArrayDeque<>();

    TreeReader(Facts facts) {
        this.facts = facts;
    }

    /** @param visible names that are WITH queries around the tree */
    void read(SqlNode root, Set<String> visible) {
        push(root, false, visible);
        while (!left.isEmpty()) {
            visit(left.pop());
        }
    }

    private void push(@Nullable SqlNode node, boolean from, Set<String> visible) {
        if (node != null) {
            left.push(new Visit(node, from, visible));
        }
    }

    private void visit(Visit v) {
        Set<String> visible = v.visible();
        switch (v.node()) {
            case SqlWith with -> with(with, visible);
            case SqlSelect select -> {
                for (SqlNode operand : select.getOperandList()) {
                    push(operand, operand != null && operand == select.getFrom(), visible);
                }
            }
            case SqlJoin join -> {
                push(join.getLeft(), true, visible);
                push(join.getRight(), true, visible);
                push(join.getCondition(), false, visible);
            }
            case SqlInsert insert -> {
                facts.written.add(name((SqlIdentifier) insert.getTargetTable()));
                push(insert.getSource(), false, visible);
            }
            case SqlUpdate update -> {
                facts.written.add(name((SqlIdentifier) update.getTargetTable()));
                push(update.getSourceExpressionList(), false, visible);
                push(update.getCondition(), false, visible);
            }
            case SqlDelete delete -> {
                facts.written.add(name((SqlIdentifier) delete.getTargetTable()));
                push(delete.getCondition(), false, visible);
            }
            case SqlMerge merge -> {
                facts.written.add(name((SqlIdentifier) merge.getTargetTable()));
                push(merge.getSourceTableRef(), true, visible);
                push(merge.getCondition(), false, visible);
            }
            case SqlIdentifier identifier -> {
                if (v.from()) {
                    table(identifier, visible);
                } else if (!identifier.isStar()) {
                    facts.systemColumns |= SYSTEM_COLUMNS.contains(identifier.names.getLast());
                }
            }
            case SqlNodeList list -> {
                for (SqlNode node : list) {
                    push(node, false, visible);
                }
            }
            case SqlCall call -> call(call, v.from(), visible);
            default -> {}
        }
    }

    private void with(SqlWith with, Set<String> visible) {
        Set<String> names = visible;
        for (SqlNode node : with.withList) {
            SqlWithItem item = (SqlWithItem) node;
            boolean recursive = item.recursive.booleanValue();
            Set<String> all = recursive ? plus(names, with.withList) : names;
            push(item.query, false, all);
            Set<String> more = new HashSet<>(names);
            more.add(item.name.getSimple());
            names = more;
        }
        push(with.body, false, names);
    }

    private static Set<String> plus(Set<String> names, List<SqlNode> items) {
        Set<String> all = new HashSet<>(names);
        for (SqlNode node : items) {
            all.add(((SqlWithItem) node).name.getSimple());
        }
        return all;
    }

    private void call(SqlCall call, boolean from, Set<String> visible) {
        if (call.getOperator() instanceof SqlFunction function && function.getSqlIdentifier() != null) {
            facts.functions.add(name(function.getSqlIdentifier()));
        }
        boolean itemFirst = from && keepsFrom(call.getKind());
        boolean first = true;
        for (SqlNode operand : call.getOperandList()) {
            push(operand, itemFirst && first, visible);
            first = false;
        }
        if (!itemFirst && from && call instanceof SqlBasicCall && call.getKind() == SqlKind.OTHER) {
            throw new IllegalStateException(
                    "unknown item of FROM: " + call.getOperator().getName());
        }
    }

    /** Calls in FROM whose first operand is an item of FROM itself. */
    private static boolean keepsFrom(SqlKind kind) {
        return switch (kind) {
            case AS, LATERAL, TABLE_REF, EXTEND, TABLESAMPLE, SNAPSHOT -> true;
            default -> false;
        };
    }

    private void table(SqlIdentifier identifier, Set<String> visible) {
        if (!identifier.isSimple() || !visible.contains(identifier.getSimple())) {
            facts.read.add(name(identifier));
        }
    }

    /** The last two parts; a database's name before them is dropped (the server checks it). */
    private static Facts.Name name(SqlIdentifier identifier) {
        List<String> names = identifier.names;
        int n = names.size();
        return new Facts.Name(n > 1 ? names.get(n - 2) : "", names.get(n - 1));
    }
}
