package io.understudy.classification;

import java.util.Optional;

/** The clauses of a query, from WITH to FOR UPDATE. */
final class Clauses {
    private final Translation x;

    Clauses(Translation x) {
        this.x = x;
    }

    void select(Frame f) throws Unsupported {
        x.keyword(f, "SELECT");
        f.clause = Frame.Clause.SELECT;
        if (x.t.is(x.i, "all")) {
            x.i++;
        } else if (x.t.is(x.i, "distinct")) {
            x.exact = false;
            x.i++;
            if (x.t.is(x.i, "on") && x.t.isSign(x.i + 1, '(')) {
                x.i += 2;
                x.emit("ARRAY [");
                x.push(new Frame(Frame.Kind.GROUP, "],"));
                return;
            }
            x.emit("DISTINCT");
        }
        emptyTargets();
    }

    /** PostgreSQL allows a SELECT without any column. */
    void emptyTargets() {
        if (x.i >= x.end
                || x.t.isSign(x.i, ')')
                || x.t.kind(x.i) == TokenKind.WORD && Words.BEHIND_TARGETS.contains(x.t.word(x.i))) {
            x.emit("0");
            x.operandEnd = true;
        }
    }

    /** PostgreSQL allows WHERE without FROM. */
    void needsFrom(Frame f) {
        if (f.clause == Frame.Clause.SELECT) {
            x.emit("FROM (VALUES (0))");
            f.clause = Frame.Clause.NONE;
        }
    }

    void groupBy(Frame f) throws Unsupported {
        by();
        needsFrom(f);
        x.keyword(f, "GROUP BY");
        x.i++;
        if (x.t.is(x.i, "all") || x.t.is(x.i, "distinct")) {
            x.i++;
        }
        f.clause = Frame.Clause.GROUP;
    }

    void by() throws Unsupported {
        if (!x.t.is(x.i + 1, "by")) {
            throw new Unsupported("unexpected " + x.t.word(x.i));
        }
    }

    /** WINDOW name AS (…), …: each definition is a part of its own. */
    void window() throws Unsupported {
        x.i++;
        while (true) {
            if (!x.t.isName(x.i) || !x.t.is(x.i + 1, "as") || !x.t.isSign(x.i + 2, '(')) {
                throw new Unsupported("unexpected window");
            }
            int close = x.closing(x.i + 3);
            int from = x.i + 3;
            if (x.t.isName(from)
                    && !x.t.is(from, "rows")
                    && !x.t.is(from, "range")
                    && !x.t.is(from, "groups")
                    && (x.t.isSign(from + 1, ')') || !x.t.is(from + 1, "by") && x.t.isName(from + 1))) {
                from++;
            }
            x.part(Part.Role.WINDOW, from, close);
            x.i = close + 1;
            if (!x.t.isSign(x.i, ',')) {
                return;
            }
            x.i++;
        }
    }

    /** LIMIT, OFFSET and FETCH: dropped; an expression in them is a part of its own. */
    void bound(Frame f) throws Unsupported {
        x.exact = false;
        f.afterItem = false;
        f.expectsItem = false;
        int from = x.i + 1;
        int depth = 0;
        int to = from;
        for (; to < x.end; to++) {
            if (x.t.isSign(to, '(')) {
                depth++;
            } else if (x.t.isSign(to, ')') && --depth < 0) {
                break;
            } else if (depth == 0 && x.t.kind(to) == TokenKind.WORD && endsBound(x.t.word(to))) {
                break;
            }
        }
        x.i = to;
        while (from < to && x.t.kind(from) == TokenKind.WORD && isBoundWord(x.t.word(from))) {
            from++;
        }
        while (from < to && x.t.kind(to - 1) == TokenKind.WORD && isBoundWord(x.t.word(to - 1))) {
            to--;
        }
        boolean constant = from == to
                || to == from + 1 && (x.t.kind(from).isLiteral() || x.t.kind(from) == TokenKind.PARAMETER)
                || to == from + 1 && x.t.is(from, "null");
        if (!constant) {
            x.part(Part.Role.EXPRESSIONS, from, to);
        }
    }

    static boolean endsBound(String w) {
        return switch (w) {
            case "limit", "offset", "fetch", "for", "union", "intersect", "except", "order" -> true;
            default -> false;
        };
    }

    static boolean isBoundWord(String w) {
        return switch (w) {
            case "all", "first", "next", "row", "rows", "only", "with", "ties" -> true;
            default -> false;
        };
    }

    void locking(Frame f) throws Unsupported {
        if (!f.isQuery() && f.kind != Frame.Kind.GROUP) {
            throw new Unsupported("unexpected for");
        }
        x.exact = false;
        x.facts.locks = true;
        x.i++;
        while (x.i < x.end
                && (x.t.is(x.i, "update")
                        || x.t.is(x.i, "share")
                        || x.t.is(x.i, "no")
                        || x.t.is(x.i, "key")
                        || x.t.is(x.i, "read")
                        || x.t.is(x.i, "only")
                        || x.t.is(x.i, "nowait")
                        || x.t.is(x.i, "skip")
                        || x.t.is(x.i, "locked"))) {
            x.i++;
        }
        if (x.t.is(x.i, "of")) {
            do {
                x.i++;
                while (x.t.isName(x.i) && x.t.isSign(x.i + 1, '.')) {
                    x.i += 2;
                }
                x.i++;
            } while (x.t.isSign(x.i, ','));
            while (x.t.is(x.i, "nowait") || x.t.is(x.i, "skip") || x.t.is(x.i, "locked")) {
                x.i++;
            }
        }
        f.afterItem = false;
    }

    void into() throws Unsupported {
        x.exact = false;
        x.i++;
        while (x.t.is(x.i, "temporary")
                || x.t.is(x.i, "temp")
                || x.t.is(x.i, "unlogged")
                || x.t.is(x.i, "table")
                || x.t.is(x.i, "local")
                || x.t.is(x.i, "global")) {
            x.facts.intoTemporary |= x.t.is(x.i, "temporary") || x.t.is(x.i, "temp");
            x.i++;
        }
        int to = x.chainEnd(x.i);
        x.facts.into = Optional.of(x.nameOf(x.i, to));
        x.i = to;
        emptyTargetsAfterInto();
    }

    void emptyTargetsAfterInto() {
        int last = x.out.length();
        if (last >= 6 && x.out.substring(last - 6).equals("SELECT")) {
            x.emit("0");
        }
        x.operandEnd = true;
    }

    void table() throws Unsupported {
        if (x.operandEnd) {
            throw new Unsupported("unexpected table");
        }
        x.exact = false;
        x.i++;
        x.i += x.t.is(x.i, "only") ? 1 : 0;
        int to = x.chainEnd(x.i);
        x.emit("SELECT * FROM");
        x.emitChain(x.i, to);
        x.i = to;
        x.i += x.t.isSign(x.i, "*") ? 1 : 0;
        x.frame().clause = Frame.Clause.NONE;
        x.operandEnd = true;
    }

    void with(Frame f) throws Unsupported {
        if (x.t.is(x.i + 1, "ordinality")) {
            x.i += 2;
            f.afterItem = true;
            return;
        }
        x.exact = false;
        x.keyword(f, "WITH");
        if (x.t.is(x.i, "recursive")) {
            x.emit("RECURSIVE");
            f.recursive = true;
            x.i++;
        }
        withItem(f);
    }

    void withItem(Frame f) throws Unsupported {
        if (!x.t.isName(x.i)) {
            throw new Unsupported("unexpected with");
        }
        String name = x.t.name(x.i++);
        if (x.t.isSign(x.i, '(')) {
            x.i = x.closing(x.i + 1) + 1;
        }
        x.i += x.t.is(x.i, "as") ? 1 : 0;
        x.i += x.t.is(x.i, "not") ? 1 : 0;
        x.i += x.t.is(x.i, "materialized") ? 1 : 0;
        if (!x.t.isSign(x.i, '(')) {
            throw new Unsupported("unexpected with");
        }
        int close = x.closing(x.i + 1);
        if (f.recursive) {
            f.withNames.add(name);
        }
        x.emitName(name);
        if (DmlTranslator.isDml(x.t, x.i + 1, close)) {
            x.facts.modifyingWith = true;
            x.part(Part.Role.STATEMENT, x.i + 1, close);
            x.emit("AS (SELECT 0)");
            x.i = close + 1;
            f.withNames.add(name);
            afterWithItem(f);
        } else {
            x.emit("AS (");
            f.withNames.add(name);
            x.push(new Frame(Frame.Kind.WITH_BODY, ")"));
            x.i++;
        }
    }

    void afterWithBody(Frame f) throws Unsupported {
        afterWithItem(f);
    }

    void afterWithItem(Frame f) throws Unsupported {
        x.operandEnd = false;
        if (x.t.is(x.i, "search")) {
            x.i = after("set") + 1;
        }
        if (x.t.is(x.i, "cycle")) {
            x.i = after("using") + 1;
        }
        if (x.t.isSign(x.i, ',')) {
            x.emit(",");
            x.i++;
            withItem(f);
        }
    }

    int after(String word) throws Unsupported {
        for (int k = x.i; k < x.end; k++) {
            if (x.t.is(k, word)) {
                return k + 1;
            }
        }
        throw new Unsupported("unexpected " + x.t.word(x.i));
    }
}
