package io.understudy.classification;

import java.util.Deque;
import java.util.List;

/**
 * Rewrites a query of PostgreSQL's dialect into one that Calcite parses and that reads the same tables and calls the same functions. Types, casts,
 * aliases and windows are dropped, unusual operators become usual ones; nothing that can hold a function, a table or a lock is lost: what has no place
 * in the result becomes a {@link Part} of its own. One pass over the tokens, without recursion; here each token finds who reads it.
 */
final class QueryTranslator {
    private final Translation x;
    private final FromItems items;
    private final Clauses clauses;
    private final Expressions expressions;
    private final Nesting nesting;

    /** @param parts takes what is to be translated apart */
    QueryTranslator(Tokens t, Part part, Facts facts, Deque<Part> parts) {
        x = new Translation(t, part, facts, parts);
        items = new FromItems(x);
        clauses = new Clauses(x);
        expressions = new Expressions(x);
        nesting = new Nesting(x, items, clauses);
    }

    /** Whether nothing was dropped or replaced. */
    boolean exact() {
        return x.exact;
    }

    /** The names of the WITH queries at the top. */
    List<String> withNames() {
        return x.frames.getLast().withNames;
    }

    /** Translates all of the part as read by that kind of frame. */
    String translate(Frame.Kind top, Frame.Clause clause) throws Unsupported {
        Frame frame = new Frame(top, "");
        frame.clause = clause;
        frame.expectsItem = clause == Frame.Clause.FROM;
        x.frames.push(frame);
        while (x.i < x.end) {
            token();
        }
        x.endCondition(x.frame());
        if (x.frames.size() != 1) {
            throw new Unsupported("unbalanced parentheses");
        }
        return x.out.toString();
    }

    private void token() throws Unsupported {
        Frame f = x.frame();
        if (f.clause == Frame.Clause.FROM && f.expectsItem && !x.t.isSign(x.i, '(')) {
            items.fromItem();
            return;
        }
        switch (x.t.kind(x.i)) {
            case STRING -> expressions.string();
            case BITS -> x.operand("'b'", false);
            case INTEGER -> x.operand("0", true);
            case DECIMAL -> x.operand("0.5", true);
            case PARAMETER -> x.operand("?", true);
            case OPERATOR -> expressions.operator();
            case PUNCTUATION -> punctuation();
            case WORD, QUOTED, UNICODE_QUOTED -> {
                if (f.afterItem && items.isAlias(x.i)) {
                    items.alias();
                } else if (x.t.kind(x.i) == TokenKind.WORD) {
                    word(x.t.word(x.i));
                } else {
                    expressions.name();
                }
            }
            case OTHER, UNTERMINATED -> throw new Unsupported("lexical error");
        }
    }

    private void punctuation() throws Unsupported {
        Frame f = x.frame();
        switch (x.t.raw(x.i)) {
            case "," -> {
                x.i++;
                nesting.comma(f);
            }
            case "(" -> nesting.open();
            case ")" -> nesting.close(Frame.Kind.SUBSCRIPT, false);
            case "[" -> {
                x.exact = false;
                x.emit(x.operandEnd ? "|| ARRAY [" : "ARRAY [");
                x.push(new Frame(Frame.Kind.SUBSCRIPT, "]"));
                x.i++;
            }
            case "]" -> nesting.close(Frame.Kind.SUBSCRIPT, true);
            case "::" -> {
                x.exact = false;
                x.i = TypeNames.skip(x.t, x.i + 1, x.end);
            }
            case "." -> expressions.attribute();
            case ":" -> {
                x.i++;
                x.separator();
            }
            default -> throw new Unsupported("unexpected " + x.t.raw(x.i));
        }
    }

    private void word(String w) throws Unsupported {
        Frame f = x.frame();
        if (f.kind == Frame.Kind.LOOSE && loose(w)) {
            return;
        }
        if (f.isArguments() && arguments(w)) {
            return;
        }
        boolean function = (w.equals("left") || w.equals("right")) && x.t.isSign(x.i + 1, '(');
        if (f.inCondition && !function && (Words.ENDS_CONDITION.contains(w) || w.equals("using"))) {
            x.endCondition(f);
        }
        switch (w) {
            case "select" -> clauses.select(f);
            case "from" -> {
                x.keyword(f, "FROM");
                f.clause = Frame.Clause.FROM;
                f.expectsItem = true;
            }
            case "where", "having" -> {
                clauses.needsFrom(f);
                x.keyword(f, w);
                f.clause = Frame.Clause.NONE;
            }
            case "group" -> clauses.groupBy(f);
            case "order" -> {
                clauses.by();
                x.keyword(f, "ORDER BY");
                x.i++;
                f.clause = Frame.Clause.ORDER;
            }
            case "window" -> clauses.window();
            case "limit", "offset", "fetch" -> clauses.bound(f);
            case "for" -> clauses.locking(f);
            case "into" -> clauses.into();
            case "union", "intersect", "except" -> {
                x.keyword(f, w);
                if (x.t.is(x.i, "all") || x.t.is(x.i, "distinct")) {
                    x.emit(x.t.word(x.i++));
                }
                f.clause = Frame.Clause.NONE;
            }
            case "with" -> clauses.with(f);
            case "table" -> clauses.table();
            case "join", "cross", "inner", "outer", "full", "natural" -> items.join(f, w);
            case "on" -> items.on(f);
            case "using" -> {
                if (f.clause == Frame.Clause.ORDER) {
                    expressions.sortOperator();
                } else {
                    items.using(f);
                }
            }
            case "tablesample" -> items.tableSample();
            case "as" -> expressions.as(f);
            case "case" -> {
                x.emit("CASE");
                x.push(new Frame(Frame.Kind.CASE, "END"));
                x.i++;
            }
            case "end" -> {
                if (f.kind != Frame.Kind.CASE) {
                    throw new Unsupported("unexpected end");
                }
                x.emit("END");
                x.frames.pop();
                x.i++;
                x.operandEnd = true;
            }
            case "when", "then", "else", "and", "or", "in" -> x.keyword(f, w);
            case "between" -> {
                if (!x.operandEnd) {
                    expressions.name();
                    return;
                }
                x.exact = false;
                x.keyword(f, "||");
                x.i += x.t.is(x.i, "symmetric") || x.t.is(x.i, "asymmetric") ? 1 : 0;
            }
            case "not" -> {
                x.i++;
                if (x.operandEnd && !x.t.is(x.i, "in")) {
                    // NOT LIKE, NOT BETWEEN and the like, which become operators without a NOT.
                    return;
                }
                x.emit("NOT");
                x.operandEnd = false;
            }
            case "like", "ilike", "similar" -> {
                // Calcite's own LIKE and BETWEEN take time that grows with the square of how many there are, and more.
                x.exact = false;
                x.keyword(f, "||");
                x.i += w.equals("similar") ? 1 : 0;
                expressions.quantifier();
            }
            case "overlaps" -> {
                x.exact = false;
                x.keyword(f, "||");
            }
            case "is" -> expressions.is();
            case "isnull", "notnull" -> {
                x.emit("IS NULL");
                x.i++;
                x.exact = false;
            }
            case "collate" -> expressions.collate();
            case "null", "true", "false", "current_timestamp", "localtimestamp" -> expressions.constant(w);
            case "default" -> x.operand(f.kind == Frame.Kind.ROW ? "DEFAULT" : "NULL", false);
            case "current_date",
                    "current_time",
                    "localtime",
                    "current_user",
                    "current_role",
                    "session_user",
                    "user",
                    "current_catalog",
                    "system_user" -> {
                x.operand("'s'", false);
                x.precision();
            }
            case "array" -> expressions.array();
            case "distinct", "all" -> {
                x.exact = false;
                x.i++;
            }
            case "asc", "desc" -> {
                x.i++;
            }
            case "lateral", "only", "variadic" -> {
                x.exact = false;
                x.i++;
            }
            default -> contextual(f, w);
        }
    }

    /** Words that are keywords only in some places. */
    private void contextual(Frame f, String w) throws Unsupported {
        boolean called = x.t.isSign(x.i + 1, '(');
        switch (w) {
            case "left", "right" -> {
                if (called) {
                    expressions.name();
                } else {
                    items.join(f, w);
                }
            }
            case "values" -> {
                if (called && !x.operandEnd) {
                    x.keyword(f, "VALUES");
                    f.clause = Frame.Clause.VALUES;
                } else {
                    expressions.name();
                }
            }
            case "exists" -> {
                if (called) {
                    x.exact = false;
                    x.emit(w);
                    x.i++;
                    x.operandEnd = false;
                } else {
                    expressions.name();
                }
            }
            case "row" -> {
                if (called) {
                    x.exact = false;
                    x.emit("ARRAY [");
                    x.push(new Frame(Frame.Kind.GROUP, "]"));
                    x.i += 2;
                } else {
                    expressions.name();
                }
            }
            case "cast", "treat" -> {
                if (!called) {
                    expressions.name();
                    return;
                }
                x.exact = false;
                x.emit("(");
                x.push(new Frame(Frame.Kind.CAST, ")"));
                x.i += 2;
            }
            case "collation" -> {
                if (x.t.is(x.i + 1, "for")) {
                    x.i++;
                    x.emit("\"pg_collation_for\"");
                    x.i++;
                    expressions.call(Frame.Kind.FUNCTION);
                } else {
                    expressions.name();
                }
            }
            case "grouping", "rollup", "cube" -> {
                if (f.clause == Frame.Clause.GROUP) {
                    x.i++;
                    x.i += x.t.is(x.i, "sets") ? 1 : 0;
                } else {
                    expressions.name();
                }
            }
            default -> {
                if (!x.operandEnd || !expressions.afterOperand(f, w)) {
                    expressions.name();
                }
            }
        }
    }

    /** Words among the arguments of a function, or in a window. */
    private boolean arguments(String w) throws Unsupported {
        switch (w) {
            case "order", "partition" -> {
                if (!x.t.is(x.i + 1, "by")) {
                    return false;
                }
                x.i += 2;
                x.separator();
            }
            case "using" -> {
                if (!x.t.isKind(x.i + 1, TokenKind.OPERATOR) && !x.t.is(x.i + 1, "operator")) {
                    return false;
                }
                expressions.sortOperator();
            }
            case "distinct" -> x.i++;
            case "rows", "range", "groups" -> {
                if (x.frame().kind != Frame.Kind.WINDOW || !x.operandEnd && !x.endsOpen() || x.t.isSign(x.i + 1, '(')) {
                    return false;
                }
                expressions.windowFrame();
            }
            default -> {
                return false;
            }
        }
        x.exact = false;
        return true;
    }

    private boolean loose(String w) throws Unsupported {
        if (w.equals("as") || w.equals("returning")) {
            x.i = TypeNames.skip(x.t, x.i + 1, x.end);
            return true;
        }
        if (w.equals("null") && x.t.is(x.i + 1, "on") || Words.SEPARATORS.contains(w) && !x.t.isSign(x.i + 1, '(')) {
            x.i++;
            x.separator();
            return true;
        }
        if (w.equals("columns")) {
            int close = x.closing(x.i);
            x.cut(close);
            return true;
        }
        return false;
    }
}
