package io.understudy.demo.conformity;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What PostgreSQL's analysis says of a statement, by object ids.
 *
 * @param command SELECT, INSERT, UPDATE, DELETE or MERGE, in lower case
 * @param read relations it names, targets left out
 * @param written relations that are targets, at any depth
 * @param called functions, aggregates and window functions that it calls by name
 * @param implied functions of casts, operators and of syntax such as EXTRACT
 * @param expanded all functions, those of views and rules included
 * @param locks whether it has FOR UPDATE or the like
 * @param modifyingWith whether a WITH part of it modifies data
 */
record ServerAnalysis(
        String command,
        Set<Integer> read,
        Set<Integer> written,
        Set<Integer> called,
        Set<Integer> implied,
        Set<Integer> expanded,
        boolean locks,
        boolean modifyingWith) {
    private static final List<String> COMMANDS =
            List.of("unknown", "select", "update", "insert", "delete", "merge", "utility", "nothing");
    private static final String EXPLICIT_CALL = "0";

    /**
     * @param parsed the tree of the statement
     * @param rewritten the trees it became, views and rules expanded
     */
    static ServerAnalysis of(TreeNode parsed, List<TreeNode> rewritten) {
        Gathered g = new Gathered();
        parsed.walk(g::visit);
        Gathered all = new Gathered();
        rewritten.forEach(tree -> tree.walk(all::visit));
        Set<Integer> expanded = new HashSet<>(all.called);
        expanded.addAll(all.implied);
        int command = parsed.number("commandType");
        return new ServerAnalysis(
                command < COMMANDS.size() ? COMMANDS.get(command) : "unknown",
                Set.copyOf(g.read),
                Set.copyOf(g.written),
                Set.copyOf(g.called),
                Set.copyOf(g.implied),
                Set.copyOf(expanded),
                g.locks,
                parsed.text("hasModifyingCTE").filter("true"::equals).isPresent());
    }

    /** Whether it is a query or DML at all. */
    boolean isPlannable() {
        return !command.equals("utility") && !command.equals("unknown");
    }

    private static final class Gathered {
        final Set<Integer> read = new HashSet<>();
        final Set<Integer> written = new HashSet<>();
        final Set<Integer> called = new HashSet<>();
        final Set<Integer> implied = new HashSet<>();
        boolean locks;

        void visit(TreeNode n) {
            switch (n.tag()) {
                case "QUERY" -> query(n);
                case "FUNCEXPR" -> {
                    boolean byName = n.text("funcformat").orElse("").equals(EXPLICIT_CALL);
                    (byName ? called : implied).add(n.number("funcid"));
                }
                case "AGGREF" -> called.add(n.number("aggfnoid"));
                case "WINDOWFUNC" -> called.add(n.number("winfnoid"));
                case "OPEXPR", "DISTINCTEXPR", "NULLIFEXPR", "SCALARARRAYOPEXPR" -> implied.add(n.number("opfuncid"));
                default -> {}
            }
        }

        private void query(TreeNode query) {
            int target = query.number("resultRelation");
            // EXCLUDED of an ON CONFLICT is the target under another name.
            int excluded = query.nodes("onConflict").stream()
                    .mapToInt(c -> c.number("exclRelIndex"))
                    .findFirst()
                    .orElse(0);
            int index = 0;
            for (TreeNode entry : query.nodes("rtable")) {
                index++;
                boolean relation = entry.text("rtekind").orElse("").equals("0") && entry.number("relid") != 0;
                if (relation && index != excluded) {
                    (index == target ? written : read).add(entry.number("relid"));
                }
            }
            locks |= !query.nodes("rowMarks").isEmpty();
        }
    }
}
