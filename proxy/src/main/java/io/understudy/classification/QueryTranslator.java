package io.understudy.classification;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rewrites a query of PostgreSQL's dialect into one that Calcite parses and that reads the same tables and calls the same functions. Types, casts,
 * aliases and windows are dropped, unusual operators become usual ones; nothing that can hold a function, a table or a lock is lost: what has no place
 * in the result becomes a {@link Part} of its own. One pass over the tokens, without recursion.
 */
final class QueryTranslator {
    static final int DEPTH_MAX = 60;

    private final Tokens t;
    private final int end;
    private final Set<String> visible;
    private final Facts facts;
    private final Deque<Part> parts;
    private final StringBuilder out = new StringBuilder();
    private final Deque<Frame> frames = new ArrayDeque<>();
    private int i;
    private boolean operandEnd;
    private boolean exact = true;

    /** @param parts takes what is to be translated apart */
    QueryTranslator(Tokens t, Part part, Facts facts, Deque<Part> parts) {
        this.t = t;
        this.i = part.from();
        this.end = part.to();
        this.visible = part.visible();
        this.facts = facts;
        this.parts = parts;
    }

    /** Whether nothing was dropped or replaced. */
    boolean exact() {
        return exact;
    }

    /** The names of the WITH queries at the top. */
    List<String> withNames() {
        return frames.getLast().withNames;
    }

    /** Translates all of the part as read by that kind of frame. */
    String translate(Frame.Kind top, Frame.Clause clause) throws Unsupported {
        Frame frame = new Frame(top, "");
        frame.clause = clause;
        frame.expectsItem = clause == Frame.Clause.FROM;
        frames.push(frame);
        while (i < end) {
            token();
        }
        endCondition(frame());
        if (frames.size() != 1) {
            throw new Unsupported("unbalanced parentheses");
        }
        return out.toString();
    }

    private Frame frame() {
        return frames.getFirst();
    }

    private void token() throws Unsupported {
        Frame f = frame();
        if (f.clause == Frame.Clause.FROM && f.expectsItem && !t.isSign(i, '(')) {
            fromItem();
            return;
        }
        switch (t.kind(i)) {
            case STRING -> string();
            case BITS -> operand("'b'", false);
            case INTEGER -> operand("0", true);
            case DECIMAL -> operand("0.5", true);
            case PARAMETER -> operand("?", true);
            case OPERATOR -> operator();
            case PUNCTUATION -> punctuation();
            case WORD, QUOTED, UNICODE_QUOTED -> {
                if (f.afterItem && isAlias(i)) {
                    alias();
                } else if (t.kind(i) == TokenKind.WORD) {
                    word(t.word(i));
                } else {
                    name();
                }
            }
            case OTHER, UNTERMINATED -> throw new Unsupported("lexical error");
        }
    }

    // ---- operands and operators

    private void operand(String text, boolean same) {
        emit(text);
        exact &= same;
        operandEnd = true;
        i++;
    }

    private void string() {
        boolean plain = t.charAt(i) == '\'' || t.charAt(i) == '$' || t.charAt(i) == 'E' || t.charAt(i) == 'e';
        operand("'s'", plain);
        if (t.is(i, "uescape")) {
            exact = false;
            i += 2;
        }
    }

    private void operator() {
        String op = t.raw(i++);
        if (op.equals("*") && !operandEnd) {
            emit("*");
            operandEnd = true;
            return;
        }
        frame().afterItem = false;
        if (!operandEnd) {
            exact &= op.equals("-");
            if (op.equals("-") || op.equals("+")) {
                emit("-");
            }
            return;
        }
        switch (op) {
            case "=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "||" -> emit(op);
            case "!=" -> emit("<>");
            default -> {
                exact = false;
                emit("||");
            }
        }
        operandEnd = false;
        quantifier();
    }

    /** ANY, ALL and SOME behind an operator: the operand in parentheses is enough. */
    private void quantifier() {
        if ((t.is(i, "any") || t.is(i, "all") || t.is(i, "some")) && t.isSign(i + 1, '(')) {
            exact = false;
            i++;
        }
    }

    private void punctuation() throws Unsupported {
        Frame f = frame();
        switch (t.raw(i)) {
            case "," -> {
                i++;
                comma(f);
            }
            case "(" -> open();
            case ")" -> close(Frame.Kind.SUBSCRIPT, false);
            case "[" -> {
                exact = false;
                emit(operandEnd ? "|| ARRAY [" : "ARRAY [");
                push(new Frame(Frame.Kind.SUBSCRIPT, "]"));
                i++;
            }
            case "]" -> close(Frame.Kind.SUBSCRIPT, true);
            case "::" -> {
                exact = false;
                i = TypeNames.skip(t, i + 1, end);
            }
            case "." -> attribute();
            case ":" -> {
                i++;
                separator();
            }
            default -> throw new Unsupported("unexpected " + t.raw(i));
        }
    }

    private void comma(Frame f) {
        endCondition(f);
        f.afterItem = false;
        f.expectsItem = f.clause == Frame.Clause.FROM;
        if (f.kind == Frame.Kind.JOIN_GROUP) {
            emit("CROSS JOIN");
        } else if (f.kind == Frame.Kind.LOOSE || f.kind == Frame.Kind.SUBSCRIPT || f.kind == Frame.Kind.WINDOW) {
            separator();
        } else {
            emit(",");
            operandEnd = false;
        }
    }

    /** A comma that is left out where there is nothing before it. */
    private void separator() {
        exact = false;
        if (!endsOpen()) {
            emit(",");
        }
        operandEnd = false;
    }

    private boolean endsOpen() {
        int last = out.length() - 1;
        return last < 0 || out.charAt(last) == '(' || out.charAt(last) == '[' || out.charAt(last) == ',';
    }

    /** .name or .* behind a parenthesis, subscript or parameter. */
    private void attribute() throws Unsupported {
        exact = false;
        if (!operandEnd || !(t.isName(i + 1) || t.isSign(i + 1, "*"))) {
            throw new Unsupported("unexpected .");
        }
        i += 2;
    }

    // ---- nesting

    private void push(Frame f) throws Unsupported {
        if (frames.size() >= DEPTH_MAX) {
            throw new Unsupported("nested too deeply");
        }
        frames.push(f);
        operandEnd = false;
    }

    private void open() throws Unsupported {
        Frame f = frame();
        boolean item = f.clause == Frame.Clause.FROM && f.expectsItem;
        boolean query = i + 1 < end && t.kind(i + 1) == TokenKind.WORD && Words.QUERY.contains(t.word(i + 1));
        if (query && t.is(i + 1, "values") && !t.isSign(i + 2, '(')) {
            query = false;
        }
        if (item) {
            f.expectsItem = false;
        } else if (operandEnd && !query) {
            throw new Unsupported("unexpected (");
        }
        boolean row = !query && !item && f.clause != Frame.Clause.VALUES && !t.is(i - 1, "in") && isList();
        emit(row ? "ARRAY [" : "(");
        i++;
        if (row) {
            exact = false;
            Frame list = new Frame(Frame.Kind.GROUP, "]");
            list.clause = f.clause == Frame.Clause.GROUP ? f.clause : Frame.Clause.NONE;
            push(list);
        } else if (query) {
            Frame inner = new Frame(Frame.Kind.QUERY, ")");
            inner.item = item;
            push(inner);
        } else if (item) {
            joinGroup(")");
        } else {
            Frame group = new Frame(f.clause == Frame.Clause.VALUES ? Frame.Kind.ROW : Frame.Kind.GROUP, ")");
            group.clause = f.clause == Frame.Clause.GROUP ? f.clause : Frame.Clause.NONE;
            push(group);
        }
    }

    /** Whether the parenthesis here holds several expressions. Scans once for each level, of which there are few. */
    private boolean isList() {
        int depth = 0;
        for (int k = i; k < end; k++) {
            if (t.isSign(k, '(') || t.isSign(k, '[')) {
                depth++;
            } else if (t.isSign(k, ')') || t.isSign(k, ']')) {
                if (--depth == 0) {
                    return t.isSign(k - 1, '(');
                }
            } else if (depth == 1 && t.isSign(k, ',')) {
                return true;
            }
        }
        return false;
    }

    /** @param close what is written at its end */
    private void joinGroup(String close) throws Unsupported {
        Frame group = new Frame(Frame.Kind.JOIN_GROUP, close);
        group.clause = Frame.Clause.FROM;
        group.expectsItem = true;
        group.item = true;
        push(group);
    }

    private void close(Frame.Kind brackets, boolean bracket) throws Unsupported {
        Frame f = frames.getFirst();
        endCondition(f);
        if (frames.size() == 1 || f.kind == Frame.Kind.CASE || (f.kind == brackets) != bracket) {
            throw new Unsupported("unbalanced parentheses");
        }
        if (out.charAt(out.length() - 1) == ',') {
            out.setLength(out.length() - 1);
        }
        if (f.kind != Frame.Kind.FUNCTION && f.kind != Frame.Kind.LOOSE && endsOpen()) {
            exact = false;
            emit("0");
        }
        emit(f.close);
        frames.pop();
        i++;
        operandEnd = !f.close.endsWith(",");
        Frame parent = frame();
        if (f.kind == Frame.Kind.WITH_BODY) {
            afterWithBody(parent);
        } else if (f.item) {
            parent.afterItem = true;
        }
    }

    // ---- words

    private void word(String w) throws Unsupported {
        Frame f = frame();
        if (f.kind == Frame.Kind.LOOSE && loose(w)) {
            return;
        }
        if (f.isArguments() && arguments(w)) {
            return;
        }
        boolean function = (w.equals("left") || w.equals("right")) && t.isSign(i + 1, '(');
        if (f.inCondition && !function && (Words.ENDS_CONDITION.contains(w) || w.equals("using"))) {
            endCondition(f);
        }
        switch (w) {
            case "select" -> select(f);
            case "from" -> {
                keyword(f, "FROM");
                f.clause = Frame.Clause.FROM;
                f.expectsItem = true;
            }
            case "where", "having" -> {
                needsFrom(f);
                keyword(f, w);
                f.clause = Frame.Clause.NONE;
            }
            case "group" -> groupBy(f);
            case "order" -> {
                by();
                keyword(f, "ORDER BY");
                i++;
                f.clause = Frame.Clause.ORDER;
            }
            case "window" -> window();
            case "limit", "offset", "fetch" -> bound(f);
            case "for" -> locking(f);
            case "into" -> into();
            case "union", "intersect", "except" -> {
                keyword(f, w);
                if (t.is(i, "all") || t.is(i, "distinct")) {
                    emit(t.word(i++));
                }
                f.clause = Frame.Clause.NONE;
            }
            case "with" -> with(f);
            case "table" -> table();
            case "join", "cross", "inner", "outer", "full", "natural" -> join(f, w);
            case "on" -> on(f);
            case "using" -> using(f);
            case "tablesample" -> tableSample();
            case "as" -> as(f);
            case "case" -> {
                emit("CASE");
                push(new Frame(Frame.Kind.CASE, "END"));
                i++;
            }
            case "end" -> {
                if (f.kind != Frame.Kind.CASE) {
                    throw new Unsupported("unexpected end");
                }
                emit("END");
                frames.pop();
                i++;
                operandEnd = true;
            }
            case "when", "then", "else", "and", "or", "in", "between" -> {
                if (w.equals("between") && !operandEnd) {
                    name();
                    return;
                }
                keyword(f, w);
                if (w.equals("between") && (t.is(i, "symmetric") || t.is(i, "asymmetric"))) {
                    exact = false;
                    i++;
                }
            }
            case "not" -> {
                emit("NOT");
                i++;
                // NOT BETWEEN and the like stand behind an operand.
                operandEnd &= t.is(i, "between");
            }
            case "like", "ilike", "similar" -> {
                exact = false;
                keyword(f, "LIKE");
                i += w.equals("similar") ? 1 : 0;
                quantifier();
            }
            case "overlaps" -> {
                exact = false;
                keyword(f, "||");
            }
            case "is" -> is();
            case "isnull", "notnull" -> {
                emit("IS NULL");
                i++;
                exact = false;
            }
            case "collate" -> collate();
            case "null", "true", "false", "current_timestamp", "localtimestamp" -> constant(w);
            case "default" -> operand(f.kind == Frame.Kind.ROW ? "DEFAULT" : "NULL", false);
            case "current_date",
                    "current_time",
                    "localtime",
                    "current_user",
                    "current_role",
                    "session_user",
                    "user",
                    "current_catalog",
                    "system_user" -> {
                operand("'s'", false);
                precision();
            }
            case "array" -> array();
            case "distinct", "all" -> {
                exact = false;
                i++;
            }
            case "asc", "desc" -> {
                i++;
            }
            case "lateral", "only", "variadic" -> {
                exact = false;
                i++;
            }
            default -> contextual(f, w);
        }
    }

    /** Words that are keywords only in some places. */
    private void contextual(Frame f, String w) throws Unsupported {
        boolean called = t.isSign(i + 1, '(');
        switch (w) {
            case "left", "right" -> {
                if (called) {
                    name();
                } else {
                    join(f, w);
                }
            }
            case "values" -> {
                if (called && !operandEnd) {
                    keyword(f, "VALUES");
                    f.clause = Frame.Clause.VALUES;
                } else {
                    name();
                }
            }
            case "exists" -> {
                if (called) {
                    exact = false;
                    emit(w);
                    i++;
                    operandEnd = false;
                } else {
                    name();
                }
            }
            case "row" -> {
                if (called) {
                    exact = false;
                    emit("ARRAY [");
                    push(new Frame(Frame.Kind.GROUP, "]"));
                    i += 2;
                } else {
                    name();
                }
            }
            case "cast", "treat" -> {
                if (!called) {
                    name();
                    return;
                }
                exact = false;
                emit("(");
                push(new Frame(Frame.Kind.CAST, ")"));
                i += 2;
            }
            case "collation" -> {
                if (t.is(i + 1, "for")) {
                    i++;
                    emit("\"pg_collation_for\"");
                    i++;
                    call(Frame.Kind.FUNCTION);
                } else {
                    name();
                }
            }
            case "grouping", "rollup", "cube" -> {
                if (f.clause == Frame.Clause.GROUP) {
                    i++;
                    i += t.is(i, "sets") ? 1 : 0;
                } else {
                    name();
                }
            }
            default -> {
                if (!operandEnd || !afterOperand(f, w)) {
                    name();
                }
            }
        }
    }

    /** Words that mean something only behind an operand. */
    private boolean afterOperand(Frame f, String w) throws Unsupported {
        switch (w) {
            case "at" -> {
                if (t.is(i + 1, "time")) {
                    keyword(f, "||");
                    i += 2;
                } else if (t.is(i + 1, "local")) {
                    i += 2;
                } else {
                    return false;
                }
            }
            case "escape" -> keyword(f, "||");
            case "over" -> over();
            case "filter" -> {
                if (!t.isSign(i + 1, '(') || !t.is(i + 2, "where")) {
                    return false;
                }
                nested(3);
            }
            case "within" -> {
                if (!t.is(i + 1, "group") || !t.isSign(i + 2, '(')) {
                    return false;
                }
                nested(3);
            }
            case "nulls" -> {
                if (!t.is(i + 1, "first") && !t.is(i + 1, "last")) {
                    return false;
                }
                i += 2;
            }
            case "ignore", "respect" -> {
                if (!t.is(i + 1, "nulls")) {
                    return false;
                }
                i += 2;
            }
            case "operator" -> {
                if (!t.isSign(i + 1, '(')) {
                    return false;
                }
                qualifiedOperator();
            }
            default -> {
                return false;
            }
        }
        exact = false;
        return true;
    }

    private void nested(int tokens) throws Unsupported {
        emit("|| ARRAY [");
        push(new Frame(Frame.Kind.WINDOW, "]"));
        i += tokens;
    }

    private void keyword(Frame f, String text) {
        emit(text);
        i++;
        operandEnd = false;
        f.afterItem = false;
        f.expectsItem = false;
    }

    /** Words among the arguments of a function, or in a window. */
    private boolean arguments(String w) throws Unsupported {
        switch (w) {
            case "order", "partition" -> {
                if (!t.is(i + 1, "by")) {
                    return false;
                }
                i += 2;
                separator();
            }
            case "using" -> {
                if (t.kind(i + 1) == TokenKind.OPERATOR) {
                    i += 2;
                } else if (t.is(i + 1, "operator")) {
                    i++;
                    qualifiedOperator();
                    operandEnd = true;
                } else {
                    return false;
                }
            }
            case "distinct" -> i++;
            case "rows", "range", "groups" -> {
                if (frame().kind != Frame.Kind.WINDOW || !operandEnd && !endsOpen() || t.isSign(i + 1, '(')) {
                    return false;
                }
                windowFrame();
            }
            default -> {
                return false;
            }
        }
        exact = false;
        return true;
    }

    private boolean loose(String w) throws Unsupported {
        if (w.equals("as") || w.equals("returning")) {
            i = TypeNames.skip(t, i + 1, end);
            return true;
        }
        if (w.equals("null") && t.is(i + 1, "on") || Words.SEPARATORS.contains(w) && !t.isSign(i + 1, '(')) {
            i++;
            separator();
            return true;
        }
        if (w.equals("columns")) {
            int close = closing(i);
            cut(close);
            return true;
        }
        return false;
    }

    private void select(Frame f) throws Unsupported {
        keyword(f, "SELECT");
        f.clause = Frame.Clause.SELECT;
        if (t.is(i, "all")) {
            i++;
        } else if (t.is(i, "distinct")) {
            exact = false;
            i++;
            if (t.is(i, "on") && t.isSign(i + 1, '(')) {
                i += 2;
                emit("ARRAY [");
                push(new Frame(Frame.Kind.GROUP, "],"));
                return;
            }
            emit("DISTINCT");
        }
        emptyTargets();
    }

    /** PostgreSQL allows a SELECT without any column. */
    private void emptyTargets() {
        if (i >= end || t.isSign(i, ')') || t.kind(i) == TokenKind.WORD && Words.BEHIND_TARGETS.contains(t.word(i))) {
            emit("0");
            operandEnd = true;
        }
    }

    /** PostgreSQL allows WHERE without FROM. */
    private void needsFrom(Frame f) {
        if (f.clause == Frame.Clause.SELECT) {
            emit("FROM (VALUES (0))");
            f.clause = Frame.Clause.NONE;
        }
    }

    private void groupBy(Frame f) throws Unsupported {
        by();
        needsFrom(f);
        keyword(f, "GROUP BY");
        i++;
        if (t.is(i, "all") || t.is(i, "distinct")) {
            i++;
        }
        f.clause = Frame.Clause.GROUP;
    }

    private void by() throws Unsupported {
        if (!t.is(i + 1, "by")) {
            throw new Unsupported("unexpected " + t.word(i));
        }
    }

    /** Every kind of join becomes a cross join, every condition an item of its own: so they nest as they like. */
    private void join(Frame f, String w) {
        f.afterItem = false;
        if (!w.equals("join")) {
            i++;
            operandEnd = false;
            return;
        }
        keyword(f, "CROSS JOIN");
        f.expectsItem = true;
        f.clause = Frame.Clause.FROM;
    }

    private void on(Frame f) {
        keyword(f, "CROSS JOIN (VALUES (");
        f.inCondition = true;
    }

    /** Ends the condition of a join, if one is being read. */
    private void endCondition(Frame f) {
        if (f.inCondition) {
            emit("))");
            f.inCondition = false;
        }
    }

    private void using(Frame f) throws Unsupported {
        if (f.clause == Frame.Clause.ORDER) {
            i++;
            if (t.is(i, "operator")) {
                qualifiedOperator();
            } else {
                i++;
            }
            operandEnd = true;
            return;
        }
        if (!t.isSign(i + 1, '(')) {
            throw new Unsupported("unexpected using");
        }
        int close = closing(i + 2);
        i = close + 1;
        f.afterItem = true;
        operandEnd = true;
    }

    /** AS and what it names: dropped, as nothing depends on it. */
    private void as(Frame f) throws Unsupported {
        exact = false;
        if (f.kind == Frame.Kind.CAST) {
            i = closing(i);
            return;
        }
        if (!t.isName(i + 1)) {
            throw new Unsupported("unexpected as");
        }
        i += 2;
    }

    private void is() throws Unsupported {
        i++;
        boolean negated = t.is(i, "not");
        i += negated ? 1 : 0;
        if (t.is(i, "distinct") && t.is(i + 1, "from")) {
            exact = false;
            i += 2;
            emit("=");
            operandEnd = false;
            return;
        }
        boolean isNull = t.is(i, "null");
        exact &= isNull;
        i++;
        if (t.is(i - 1, "json")) {
            while (t.is(i, "value")
                    || t.is(i, "array")
                    || t.is(i, "object")
                    || t.is(i, "scalar")
                    || t.is(i, "with")
                    || t.is(i, "without")
                    || t.is(i, "unique")
                    || t.is(i, "keys")) {
                i++;
            }
        } else if (t.is(i, "normalized")) {
            i++;
        }
        emit(negated ? "IS NOT NULL" : "IS NULL");
        operandEnd = true;
    }

    private void collate() throws Unsupported {
        exact = false;
        i++;
        if (!t.isName(i)) {
            throw new Unsupported("unexpected collate");
        }
        i++;
        while (t.isSign(i, '.') && t.isName(i + 1)) {
            i += 2;
        }
    }

    private void constant(String w) {
        boolean timestamp = w.endsWith("timestamp");
        operand(w.equals("localtimestamp") ? "LOCALTIMESTAMP" : w, true);
        if (timestamp) {
            precision();
        }
    }

    private void precision() {
        if (t.isSign(i, '(')) {
            exact = false;
            i += 3;
        }
    }

    private void array() throws Unsupported {
        exact = false;
        i++;
        if (t.isSign(i, '[')) {
            emit("ARRAY [");
            push(new Frame(Frame.Kind.SUBSCRIPT, "]"));
            i++;
        } else if (!t.isSign(i, '(')) {
            throw new Unsupported("unexpected array");
        }
    }

    private void qualifiedOperator() throws Unsupported {
        int close = closing(i + 2);
        emit("||");
        i = close + 1;
        operandEnd = false;
        quantifier();
    }

    private void over() throws Unsupported {
        if (t.isSign(i + 1, '(')) {
            nested(2);
            windowName();
        } else {
            i += 2;
        }
    }

    /** Passes over the name of the window that another one begins with. */
    private void windowName() {
        if (t.isName(i)
                && (t.isSign(i + 1, ')')
                        || t.is(i + 1, "order")
                        || t.is(i + 1, "partition")
                        || t.is(i + 1, "rows")
                        || t.is(i + 1, "range")
                        || t.is(i + 1, "groups"))
                && !t.is(i + 1, "by")
                && !t.is(i, "partition")
                && !t.is(i, "order")) {
            i++;
        }
    }

    private void windowFrame() throws Unsupported {
        int close = frames.size() == 1 ? end : closing(i);
        cut(close);
        operandEnd = true;
    }

    /** Leaves out what stands before {@code to}: there must be no query in it, and its functions are noted. */
    private void cut(int to) throws Unsupported {
        facts.cut(t, i, to);
        for (; i < to; i++) {
            if (t.is(i, "select") || t.is(i, "table") || t.is(i, "values")) {
                throw new Unsupported("query in an unusual place");
            }
        }
    }

    /** WINDOW name AS (…), …: each definition is a part of its own. */
    private void window() throws Unsupported {
        i++;
        while (true) {
            if (!t.isName(i) || !t.is(i + 1, "as") || !t.isSign(i + 2, '(')) {
                throw new Unsupported("unexpected window");
            }
            int close = closing(i + 3);
            int from = i + 3;
            if (t.isName(from)
                    && !t.is(from, "rows")
                    && !t.is(from, "range")
                    && !t.is(from, "groups")
                    && (t.isSign(from + 1, ')') || !t.is(from + 1, "by") && t.isName(from + 1))) {
                from++;
            }
            part(Part.Role.WINDOW, from, close);
            i = close + 1;
            if (!t.isSign(i, ',')) {
                return;
            }
            i++;
        }
    }

    /** LIMIT, OFFSET and FETCH: dropped; an expression in them is a part of its own. */
    private void bound(Frame f) throws Unsupported {
        exact = false;
        f.afterItem = false;
        f.expectsItem = false;
        int from = i + 1;
        int depth = 0;
        int to = from;
        for (; to < end; to++) {
            if (t.isSign(to, '(')) {
                depth++;
            } else if (t.isSign(to, ')') && --depth < 0) {
                break;
            } else if (depth == 0 && t.kind(to) == TokenKind.WORD && endsBound(t.word(to))) {
                break;
            }
        }
        i = to;
        while (from < to && t.kind(from) == TokenKind.WORD && isBoundWord(t.word(from))) {
            from++;
        }
        while (from < to && t.kind(to - 1) == TokenKind.WORD && isBoundWord(t.word(to - 1))) {
            to--;
        }
        boolean constant = from == to
                || to == from + 1 && (t.kind(from).isLiteral() || t.kind(from) == TokenKind.PARAMETER)
                || to == from + 1 && t.is(from, "null");
        if (!constant) {
            part(Part.Role.EXPRESSIONS, from, to);
        }
    }

    private static boolean endsBound(String w) {
        return switch (w) {
            case "limit", "offset", "fetch", "for", "union", "intersect", "except", "order" -> true;
            default -> false;
        };
    }

    private static boolean isBoundWord(String w) {
        return switch (w) {
            case "all", "first", "next", "row", "rows", "only", "with", "ties" -> true;
            default -> false;
        };
    }

    private void locking(Frame f) throws Unsupported {
        if (!f.isQuery() && f.kind != Frame.Kind.GROUP) {
            throw new Unsupported("unexpected for");
        }
        exact = false;
        facts.locks = true;
        i++;
        while (i < end
                && (t.is(i, "update")
                        || t.is(i, "share")
                        || t.is(i, "no")
                        || t.is(i, "key")
                        || t.is(i, "read")
                        || t.is(i, "only")
                        || t.is(i, "nowait")
                        || t.is(i, "skip")
                        || t.is(i, "locked"))) {
            i++;
        }
        if (t.is(i, "of")) {
            do {
                i++;
                while (t.isName(i) && t.isSign(i + 1, '.')) {
                    i += 2;
                }
                i++;
            } while (t.isSign(i, ','));
            while (t.is(i, "nowait") || t.is(i, "skip") || t.is(i, "locked")) {
                i++;
            }
        }
        f.afterItem = false;
    }

    private void into() throws Unsupported {
        exact = false;
        i++;
        while (t.is(i, "temporary")
                || t.is(i, "temp")
                || t.is(i, "unlogged")
                || t.is(i, "table")
                || t.is(i, "local")
                || t.is(i, "global")) {
            facts.intoTemporary |= t.is(i, "temporary") || t.is(i, "temp");
            i++;
        }
        int to = chainEnd(i);
        facts.into = Optional.of(nameOf(i, to));
        i = to;
        emptyTargetsAfterInto();
    }

    private void emptyTargetsAfterInto() {
        int last = out.length();
        if (last >= 6 && out.substring(last - 6).equals("SELECT")) {
            emit("0");
        }
        operandEnd = true;
    }

    private void table() throws Unsupported {
        if (operandEnd) {
            throw new Unsupported("unexpected table");
        }
        exact = false;
        i++;
        i += t.is(i, "only") ? 1 : 0;
        int to = chainEnd(i);
        emit("SELECT * FROM");
        emitChain(i, to);
        i = to;
        i += t.isSign(i, "*") ? 1 : 0;
        frame().clause = Frame.Clause.NONE;
        operandEnd = true;
    }

    // ---- WITH

    private void with(Frame f) throws Unsupported {
        if (t.is(i + 1, "ordinality")) {
            i += 2;
            f.afterItem = true;
            return;
        }
        exact = false;
        keyword(f, "WITH");
        if (t.is(i, "recursive")) {
            emit("RECURSIVE");
            f.recursive = true;
            i++;
        }
        withItem(f);
    }

    private void withItem(Frame f) throws Unsupported {
        if (!t.isName(i)) {
            throw new Unsupported("unexpected with");
        }
        String name = t.name(i++);
        if (t.isSign(i, '(')) {
            i = closing(i + 1) + 1;
        }
        i += t.is(i, "as") ? 1 : 0;
        i += t.is(i, "not") ? 1 : 0;
        i += t.is(i, "materialized") ? 1 : 0;
        if (!t.isSign(i, '(')) {
            throw new Unsupported("unexpected with");
        }
        int close = closing(i + 1);
        if (f.recursive) {
            f.withNames.add(name);
        }
        emitName(name);
        if (DmlTranslator.isDml(t, i + 1, close)) {
            facts.modifyingWith = true;
            part(Part.Role.STATEMENT, i + 1, close);
            emit("AS (SELECT 0)");
            i = close + 1;
            f.withNames.add(name);
            afterWithItem(f);
        } else {
            emit("AS (");
            f.withNames.add(name);
            push(new Frame(Frame.Kind.WITH_BODY, ")"));
            i++;
        }
    }

    private void afterWithBody(Frame f) throws Unsupported {
        afterWithItem(f);
    }

    private void afterWithItem(Frame f) throws Unsupported {
        operandEnd = false;
        if (t.is(i, "search")) {
            i = after("set") + 1;
        }
        if (t.is(i, "cycle")) {
            i = after("using") + 1;
        }
        if (t.isSign(i, ',')) {
            emit(",");
            i++;
            withItem(f);
        }
    }

    private int after(String word) throws Unsupported {
        for (int k = i; k < end; k++) {
            if (t.is(k, word)) {
                return k + 1;
            }
        }
        throw new Unsupported("unexpected " + t.word(i));
    }

    // ---- FROM

    private void fromItem() throws Unsupported {
        Frame f = frame();
        if (t.is(i, "lateral")) {
            i++;
            if (t.isSign(i, '(')) {
                return;
            }
        }
        if (t.is(i, "only")) {
            i++;
            if (t.isSign(i, '(')) {
                int to = chainEnd(i + 1);
                emitChain(i + 1, to);
                i = to + 1;
                itemDone(f);
                return;
            }
        }
        if (t.is(i, "rows") && t.is(i + 1, "from") && t.isSign(i + 2, '(')) {
            f.expectsItem = false;
            i += 3;
            joinGroup("");
            return;
        }
        if (t.kind(i) == TokenKind.WORD
                && Words.GRAMMAR_FUNCTIONS.contains(t.word(i))
                && !t.isSign(i + 1, '(')
                && Words.RESERVED.contains(t.word(i))) {
            emit("LATERAL TABLE (");
            emitName(t.name(i));
            emit("( ) )");
            i++;
            precision();
            itemDone(f);
            return;
        }
        int to = chainEnd(i);
        if (t.isSign(to, '(')) {
            emit("LATERAL TABLE (");
            boolean loose = to == i + 1 && t.kind(i) == TokenKind.WORD && Words.LOOSE.contains(t.word(i));
            emitChain(i, to);
            i = to;
            f.expectsItem = false;
            emit("(");
            Frame arguments = new Frame(loose ? Frame.Kind.LOOSE : Frame.Kind.FUNCTION, ") )");
            arguments.item = true;
            push(arguments);
            i++;
            return;
        }
        emitChain(i, to);
        i = to;
        i += t.isSign(i, "*") ? 1 : 0;
        itemDone(f);
    }

    private void itemDone(Frame f) {
        f.expectsItem = false;
        f.afterItem = true;
        operandEnd = true;
    }

    private boolean isAlias(int k) {
        if (t.kind(k) != TokenKind.WORD) {
            return true;
        }
        return t.is(k, "as") || !Words.RESERVED.contains(t.word(k)) && !(t.is(k, "set") || t.is(k, "when"));
    }

    private void alias() throws Unsupported {
        i += t.is(i, "as") ? 1 : 0;
        if (t.isName(i)) {
            i++;
        }
        if (t.isSign(i, '(')) {
            i = closing(i + 1) + 1;
        }
        frame().afterItem = t.is(i, "tablesample");
        operandEnd = true;
    }

    private void tableSample() throws Unsupported {
        int to = chainEnd(i + 1);
        int close = closing(to + 1);
        part(Part.Role.EXPRESSIONS, to + 1, close);
        i = close + 1;
        if (t.is(i, "repeatable") && t.isSign(i + 1, '(')) {
            close = closing(i + 2);
            part(Part.Role.EXPRESSIONS, i + 2, close);
            i = close + 1;
        }
        frame().afterItem = false;
    }

    // ---- names

    private void name() throws Unsupported {
        int to = chainEnd(i);
        Frame f = frame();
        if (operandEnd) {
            boolean label = to == i + 1 && !t.isSign(to, '(') && f.clause == Frame.Clause.SELECT;
            if (!label) {
                throw new Unsupported("unexpected name");
            }
            exact = false;
            i = to;
            return;
        }
        if (typedLiteral(to)) {
            return;
        }
        if (f.isArguments() && to == i + 1 && (t.isSign(to, "=>") || t.isSign(to, ":="))) {
            exact = false;
            i = to + 1;
            return;
        }
        boolean loose = to == i + 1 && t.kind(i) == TokenKind.WORD && Words.LOOSE.contains(t.word(i));
        boolean star = t.isSign(to, '.') && t.isSign(to + 1, "*");
        emitChain(i, to);
        i = to;
        if (star) {
            out.append(".*");
            i += 2;
            operandEnd = true;
        } else if (t.isSign(i, '(')) {
            call(loose ? Frame.Kind.LOOSE : Frame.Kind.FUNCTION);
        } else {
            operandEnd = true;
        }
    }

    private void call(Frame.Kind kind) throws Unsupported {
        if (!t.isSign(i, '(')) {
            throw new Unsupported("unexpected name");
        }
        emit("(");
        push(new Frame(kind, ")"));
        i++;
    }

    /** type 'text' and its longer forms: the text alone is kept. */
    private boolean typedLiteral(int to) {
        int at = to;
        if (t.kind(to - 1) == TokenKind.WORD) {
            int behind = TypeNames.skip(t, i, end);
            if (behind > to || t.isSign(behind, '(')) {
                at = behind;
            }
        }
        if (at >= end || t.kind(at) != TokenKind.STRING) {
            return false;
        }
        exact = false;
        boolean interval = t.is(i, "interval");
        i = at;
        string();
        if (interval) {
            i = TypeNames.interval(t, i);
            precision();
        }
        return true;
    }

    private int chainEnd(int from) throws Unsupported {
        if (from >= end || !t.isName(from)) {
            throw new Unsupported("name expected");
        }
        int at = from + 1;
        while (t.isSign(at, '.') && t.isName(at + 1)) {
            at += 2;
        }
        return at;
    }

    private Facts.Name nameOf(int from, int to) {
        return new Facts.Name(to - from >= 3 ? t.name(to - 3) : "", t.name(to - 1));
    }

    private void emitChain(int from, int to) {
        emitName(t.name(from));
        for (int k = from + 2; k < to; k += 2) {
            out.append('.');
            quote(t.name(k));
        }
    }

    private void emitName(String name) {
        emit("");
        quote(name);
    }

    private void quote(String name) {
        out.append('"').append(name.replace("\"", "\"\"")).append('"');
    }

    private void emit(String text) {
        out.append(' ').append(text);
    }

    private void part(Part.Role role, int from, int to) {
        if (from < to) {
            Set<String> names = new HashSet<>(visible);
            for (Frame f : frames) {
                names.addAll(f.withNames);
            }
            parts.add(new Part(role, from, to, Set.copyOf(names)));
        }
    }

    /** Index of the parenthesis or bracket that closes the one open before {@code from}. */
    private int closing(int from) throws Unsupported {
        return DmlTranslator.closing(t, from, end);
    }
}
