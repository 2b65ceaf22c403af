package io.understudy.classification;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns a statement into texts for Calcite: a query as a whole, a DML statement's core and, each apart, what Calcite's grammar lacks (data-modifying
 * WITH parts, ON CONFLICT, RETURNING, WHEN clauses of MERGE, targets that are not plain columns).
 */
final class DmlTranslator {
    /** A text for Calcite. @param visible names that are WITH queries of the statement around it */
    record Translated(String sql, Set<String> visible) {}

    private final Tokens t;
    private final Facts facts;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final List<Translated> done = new ArrayList<>();
    private boolean exact;
    private boolean first = true;

    private DmlTranslator(Tokens t, Facts facts) {
        this.t = t;
        this.facts = facts;
    }

    /**
     * @param exact whether the first text holds all of the statement but a RETURNING of columns, unchanged
     */
    record Result(List<Translated> texts, boolean exact) {}

    static Result translate(Tokens t, int from, int to, Facts facts) throws Unsupported {
        DmlTranslator translator = new DmlTranslator(t, facts);
        translator.parts.add(new Part(Part.Role.STATEMENT, from, to, Set.of()));
        while (!translator.parts.isEmpty()) {
            Part part = translator.parts.removeFirst();
            translator.part(part);
            translator.first = false;
        }
        return new Result(translator.done, translator.exact);
    }

    private void part(Part p) throws Unsupported {
        switch (p.role()) {
            case STATEMENT -> statement(p);
            case EXPRESSIONS, ASSIGNMENTS -> add("SELECT " + query(p, Frame.Kind.QUERY, Frame.Clause.SELECT), p);
            case WINDOW -> {
                String body = query(p, Frame.Kind.WINDOW, Frame.Clause.NONE);
                if (!body.isBlank()) {
                    add("SELECT ARRAY [ 0 , " + body + " ]", p);
                }
            }
        }
    }

    private void add(String sql, Part p) {
        done.add(new Translated(sql, p.visible()));
    }

    private String query(Part p, Frame.Kind kind, Frame.Clause clause) throws Unsupported {
        QueryTranslator translator = new QueryTranslator(t, p, facts, parts);
        String text = translator.translate(kind, clause);
        exact &= !first || translator.exact();
        return text;
    }

    private void statement(Part p) throws Unsupported {
        Part body = p;
        if (t.is(p.from(), "with") && isDml(t, p.from(), p.to())) {
            int main = mainVerb(t, p.from(), p.to());
            QueryTranslator with =
                    new QueryTranslator(t, new Part(Part.Role.STATEMENT, p.from(), main, p.visible()), facts, parts);
            add(with.translate(Frame.Kind.QUERY, Frame.Clause.NONE) + " SELECT 0", p);
            Set<String> visible = new HashSet<>(p.visible());
            visible.addAll(with.withNames());
            body = new Part(Part.Role.STATEMENT, main, p.to(), Set.copyOf(visible));
            first = false;
        }
        String verb = t.kind(body.from()) == TokenKind.WORD ? t.word(body.from()) : "";
        exact = first && Words.DML.contains(verb);
        switch (verb) {
            case "insert" -> insert(body);
            case "update" -> update(body);
            case "delete" -> delete(body);
            case "merge" -> merge(body);
            default -> add(query(body, Frame.Kind.QUERY, Frame.Clause.NONE), body);
        }
    }

    // ---- INSERT

    private void insert(Part p) throws Unsupported {
        int i = expect(p.from() + 1, "into");
        int nameEnd = chainEnd(i, p.to());
        StringBuilder out = new StringBuilder("INSERT INTO ").append(chain(i, nameEnd));
        i = nameEnd;
        if (t.is(i, "as")) {
            i += 2;
            exact = false;
        }
        if (t.isSign(i, '(') && !beginsQuery(i + 1)) {
            int close = closing(t, i + 1, p.to());
            columns(out, i + 1, close);
            i = close + 1;
        }
        if (t.is(i, "overriding")) {
            i += 3;
            exact = false;
        }
        int sourceEnd = Math.min(find(i, p.to(), "on"), find(i, p.to(), "returning"));
        while (sourceEnd < p.to() && t.is(sourceEnd, "on") && !t.is(sourceEnd + 1, "conflict")) {
            sourceEnd = Math.min(find(sourceEnd + 1, p.to(), "on"), find(sourceEnd + 1, p.to(), "returning"));
        }
        if (t.is(i, "default") && t.is(i + 1, "values")) {
            exact = false;
            out.append(" VALUES (0)");
        } else {
            out.append(' ')
                    .append(query(
                            new Part(Part.Role.STATEMENT, i, sourceEnd, p.visible()),
                            Frame.Kind.QUERY,
                            Frame.Clause.NONE));
        }
        int returning = find(sourceEnd, p.to(), "returning");
        if (t.is(sourceEnd, "on")) {
            conflict(sourceEnd, returning, p);
        }
        returning(returning, p);
        // The statement itself comes first: its tree is the one the statement form is decided by.
        done.addFirst(new Translated(out.toString(), p.visible()));
    }

    private void columns(StringBuilder out, int from, int close) {
        out.append(" (");
        String separator = "";
        for (int i = from; i < close; i++) {
            if (!t.isName(i)) {
                exact = false;
                continue;
            }
            out.append(separator).append(chain(i, i + 1));
            separator = ", ";
            while (i + 1 < close && !t.isSign(i + 1, ',')) {
                exact = false;
                i++;
            }
            i++;
        }
        out.append(')');
    }

    private void conflict(int from, int to, Part p) {
        exact = false;
        int action = find(from, to, "do");
        facts.cut(t, from + 2, action);
        if (t.is(action + 1, "update") && t.is(action + 2, "set")) {
            parts.add(new Part(Part.Role.ASSIGNMENTS, action + 3, to, p.visible()));
        }
    }

    private void returning(int at, Part p) {
        int from = at + 1;
        if (from >= p.to()) {
            return;
        }
        if (exact) {
            facts.returning = at - p.from();
        }
        if (t.is(from, "with") && t.isSign(from + 1, '(')) {
            exact = false;
            from = find(from, p.to(), ")") + 1;
        }
        for (int i = from; i < p.to(); i++) {
            boolean plain = t.isName(i) && !t.isSign(i + 1, '(') && !t.is(i, "current_timestamp")
                    || t.isSign(i, ',')
                    || t.isSign(i, "*")
                    || t.isSign(i, '.');
            exact &= plain;
        }
        parts.add(new Part(Part.Role.EXPRESSIONS, from, p.to(), p.visible()));
    }

    // ---- UPDATE and DELETE

    private void update(Part p) throws Unsupported {
        StringBuilder out = new StringBuilder("UPDATE ");
        int set = target(out, p.from() + 1, p.to(), "set");
        int returning = find(set, p.to(), "returning");
        int where = find(set, returning, "where");
        int from = find(set, where, "from");
        while (from < where && t.is(from - 1, "distinct")) {
            from = find(from + 1, where, "from");
        }
        if (plainTargets(set + 1, from)) {
            out.append(" SET ")
                    .append(query(
                            new Part(Part.Role.ASSIGNMENTS, set + 1, from, p.visible()),
                            Frame.Kind.QUERY,
                            Frame.Clause.NONE));
        } else {
            exact = false;
            out.append(" SET \"?\" = 0");
            parts.add(new Part(Part.Role.ASSIGNMENTS, set + 1, from, p.visible()));
        }
        condition(out, from, where, returning, p);
        returning(returning, p);
        done.addFirst(new Translated(out.toString(), p.visible()));
    }

    private void delete(Part p) throws Unsupported {
        StringBuilder out = new StringBuilder("DELETE FROM ");
        int i = expect(p.from() + 1, "from");
        int returning = find(i, p.to(), "returning");
        int where = find(i, returning, "where");
        int using = find(i, where, "using");
        target(out, i, using, "");
        condition(out, using, where, returning, p);
        returning(returning, p);
        done.addFirst(new Translated(out.toString(), p.visible()));
    }

    /**
     * Writes the target table and its alias.
     *
     * @param stop the word that stands behind them, "" for the end
     * @return where it is
     */
    private int target(StringBuilder out, int from, int end, String stop) throws Unsupported {
        int i = from;
        boolean only = t.is(i, "only");
        i += only ? 1 : 0;
        boolean parenthesis = only && t.isSign(i, '(');
        i += parenthesis ? 1 : 0;
        int nameEnd = chainEnd(i, end);
        out.append(chain(i, nameEnd));
        i = nameEnd + (parenthesis ? 1 : 0);
        if (t.isSign(i, "*")) {
            i++;
        }
        if (i < end && !t.is(i, stop) && t.isName(i)) {
            i += t.is(i, "as") ? 1 : 0;
            if (i == end || !t.isName(i)) {
                throw new Unsupported("name expected");
            }
            out.append(" AS ").append(chain(i, i + 1));
            i++;
        }
        if (stop.isEmpty() ? i != end : !t.is(i, stop)) {
            throw new Unsupported("unexpected target");
        }
        exact &= !only;
        return i;
    }

    /** Whether what stands before each = of the list is one name. */
    private boolean plainTargets(int from, int to) {
        int depth = 0;
        boolean begins = true;
        for (int i = from; i < to; i++) {
            if (begins && !(t.isName(i) && t.isSign(i + 1, "="))) {
                return false;
            }
            begins = false;
            if (t.isSign(i, '(') || t.isSign(i, '[')) {
                depth++;
            } else if (t.isSign(i, ')') || t.isSign(i, ']')) {
                depth--;
            } else if (depth == 0 && t.isSign(i, ',')) {
                begins = true;
            }
        }
        return from < to;
    }

    /** Writes WHERE; further tables become a subquery of it. */
    private void condition(StringBuilder out, int tables, int where, int end, Part p) throws Unsupported {
        if (tables < where) {
            exact = false;
            out.append(" WHERE EXISTS (SELECT 0 FROM")
                    .append(query(
                            new Part(Part.Role.STATEMENT, tables + 1, end, p.visible()),
                            Frame.Kind.QUERY,
                            Frame.Clause.FROM))
                    .append(')');
        } else if (t.is(where + 1, "current") && t.is(where + 2, "of")) {
            exact = false;
        } else if (where < end) {
            out.append(" WHERE")
                    .append(query(
                            new Part(Part.Role.STATEMENT, where + 1, end, p.visible()),
                            Frame.Kind.QUERY,
                            Frame.Clause.NONE));
        }
    }

    // ---- MERGE

    private void merge(Part p) throws Unsupported {
        exact = false;
        int i = expect(p.from() + 1, "into");
        StringBuilder out = new StringBuilder("MERGE INTO ");
        int returning = find(i, p.to(), "returning");
        int using = target(out, i, returning, "using");
        int when = findWhen(using, returning);
        int on = find(using, when, "on");
        for (int later = find(on + 1, when, "on"); later < when; later = find(later + 1, when, "on")) {
            on = later;
        }
        out.append(" USING (SELECT 0 FROM")
                .append(query(
                        new Part(Part.Role.STATEMENT, using + 1, on, p.visible()), Frame.Kind.QUERY, Frame.Clause.FROM))
                .append(") ON")
                .append(query(
                        new Part(Part.Role.STATEMENT, on + 1, when, p.visible()), Frame.Kind.QUERY, Frame.Clause.NONE))
                .append(" WHEN MATCHED THEN UPDATE SET \"?\" = 0");
        while (when < returning) {
            int next = findWhen(when + 1, returning);
            when(when + 1, next, p);
            when = next;
        }
        returning(returning, p);
        done.addFirst(new Translated(out.toString(), p.visible()));
    }

    private void when(int from, int to, Part p) throws Unsupported {
        int then = find(from, to, "then");
        int and = find(from, then, "and");
        if (and < then) {
            parts.add(new Part(Part.Role.EXPRESSIONS, and + 1, then, p.visible()));
        }
        int action = then + 1;
        if (t.is(action, "update")) {
            parts.add(new Part(Part.Role.ASSIGNMENTS, expect(action + 1, "set"), to, p.visible()));
        } else if (t.is(action, "insert")) {
            int values = find(action, to, "values");
            if (!t.is(values - 1, "default") && values < to) {
                parts.add(new Part(Part.Role.STATEMENT, values, to, p.visible()));
            }
        } else if (!t.is(action, "delete") && !t.is(action, "do")) {
            throw new Unsupported("unexpected action");
        }
    }

    private int findWhen(int from, int to) {
        int cases = 0;
        int depth = 0;
        for (int i = from; i < to; i++) {
            if (t.isSign(i, '(')) {
                depth++;
            } else if (t.isSign(i, ')')) {
                depth--;
            } else if (t.is(i, "case")) {
                cases++;
            } else if (t.is(i, "end")) {
                cases--;
            } else if (depth == 0 && cases == 0 && t.is(i, "when")) {
                return i;
            }
        }
        return to;
    }

    // ---- finding the way

    /** Where that word, or sign, stands outside parentheses and not as a name; {@code to} if nowhere. */
    private int find(int from, int to, String word) {
        int depth = 0;
        for (int i = from; i < to; i++) {
            if (depth == 0 && (t.is(i, word) && !t.isSign(i - 1, '.') && !t.is(i - 1, "as") || t.isSign(i, word))) {
                return i;
            }
            if (t.isSign(i, '(') || t.isSign(i, '[')) {
                depth++;
            } else if (t.isSign(i, ')') || t.isSign(i, ']')) {
                depth--;
            }
        }
        return to;
    }

    private boolean beginsQuery(int i) {
        int at = i;
        while (t.isSign(at, '(')) {
            at++;
        }
        return t.is(at, "select")
                || t.is(at, "with")
                || t.is(at, "table")
                || t.is(at, "values") && t.isSign(at + 1, '(');
    }

    private int expect(int i, String word) throws Unsupported {
        if (!t.is(i, word)) {
            throw new Unsupported("expected " + word);
        }
        return i + 1;
    }

    private int chainEnd(int from, int end) throws Unsupported {
        if (from >= end || !t.isName(from)) {
            throw new Unsupported("name expected");
        }
        int at = from + 1;
        while (at + 1 < end && t.isSign(at, '.') && t.isName(at + 1)) {
            at += 2;
        }
        return at;
    }

    private String chain(int from, int to) {
        StringBuilder out = new StringBuilder();
        for (int i = from; i < to; i += 2) {
            out.append(i > from ? "." : "")
                    .append('"')
                    .append(t.name(i).replace("\"", "\"\""))
                    .append('"');
        }
        return out.toString();
    }

    /** Whether the statement is INSERT, UPDATE, DELETE or MERGE, perhaps behind WITH. */
    static boolean isDml(Tokens t, int from, int to) {
        int main = t.is(from, "with") ? mainVerb(t, from, to) : from;
        return main < to && t.kind(main) == TokenKind.WORD && Words.DML.contains(t.word(main));
    }

    /** Where the statement behind a WITH begins. */
    static int mainVerb(Tokens t, int from, int to) {
        int depth = 0;
        for (int i = from + 1; i < to; i++) {
            if (t.isSign(i, '(')) {
                if (depth == 0 && t.isSign(i - 1, ')')) {
                    return i;
                }
                depth++;
            } else if (t.isSign(i, ')')) {
                depth--;
            } else if (depth == 0
                    && t.kind(i) == TokenKind.WORD
                    && !t.is(i - 1, "with")
                    && !t.is(i - 1, "recursive")
                    && !t.isSign(i - 1, ',')) {
                String w = t.word(i);
                if (Words.QUERY.contains(w) || Words.DML.contains(w)) {
                    return i;
                }
            }
        }
        return to;
    }

    /** Index of the parenthesis or bracket that closes the one open before {@code from}. */
    static int closing(Tokens t, int from, int end) throws Unsupported {
        int depth = 0;
        for (int i = from; i < end; i++) {
            if (t.isSign(i, '(') || t.isSign(i, '[')) {
                depth++;
            } else if ((t.isSign(i, ')') || t.isSign(i, ']')) && --depth < 0) {
                return i;
            }
        }
        throw new Unsupported("unbalanced parentheses");
    }
}
