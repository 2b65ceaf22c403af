package io.understudy.classification;

/** Parentheses, brackets and the commas in them. */
final class Nesting {
    private final Translation x;
    private final FromItems items;
    private final Clauses clauses;

    Nesting(Translation x, FromItems items, Clauses clauses) {
        this.x = x;
        this.items = items;
        this.clauses = clauses;
    }

    void open() throws Unsupported {
        Frame f = x.frame();
        boolean item = f.clause == Frame.Clause.FROM && f.expectsItem;
        boolean query =
                x.i + 1 < x.end && x.t.kind(x.i + 1) == TokenKind.WORD && Words.QUERY.contains(x.t.word(x.i + 1));
        if (query && x.t.is(x.i + 1, "values") && !x.t.isSign(x.i + 2, '(')) {
            query = false;
        }
        if (item) {
            f.expectsItem = false;
        } else if (x.operandEnd && !query) {
            throw new Unsupported("unexpected (");
        }
        boolean row = !query && !item && f.clause != Frame.Clause.VALUES && !x.t.is(x.i - 1, "in") && isList();
        x.emit(row ? "ARRAY [" : "(");
        x.i++;
        if (row) {
            x.exact = false;
            Frame list = new Frame(Frame.Kind.GROUP, "]");
            list.clause = f.clause == Frame.Clause.GROUP ? f.clause : Frame.Clause.NONE;
            x.push(list);
        } else if (query) {
            Frame inner = new Frame(Frame.Kind.QUERY, ")");
            inner.item = item;
            x.push(inner);
        } else if (item) {
            items.joinGroup(")");
        } else {
            Frame group = new Frame(f.clause == Frame.Clause.VALUES ? Frame.Kind.ROW : Frame.Kind.GROUP, ")");
            group.clause = f.clause == Frame.Clause.GROUP ? f.clause : Frame.Clause.NONE;
            x.push(group);
        }
    }

    /** Whether the parenthesis here holds several expressions. Scans once for each level, of which there are few. */
    boolean isList() {
        int depth = 0;
        for (int k = x.i; k < x.end; k++) {
            if (x.t.isSign(k, '(') || x.t.isSign(k, '[')) {
                depth++;
            } else if (x.t.isSign(k, ')') || x.t.isSign(k, ']')) {
                if (--depth == 0) {
                    return x.t.isSign(k - 1, '(');
                }
            } else if (depth == 1 && x.t.isSign(k, ',')) {
                return true;
            }
        }
        return false;
    }

    void close(Frame.Kind brackets, boolean bracket) throws Unsupported {
        Frame f = x.frames.getFirst();
        x.endCondition(f);
        if (x.frames.size() == 1 || f.kind == Frame.Kind.CASE || (f.kind == brackets) != bracket) {
            throw new Unsupported("unbalanced parentheses");
        }
        if (x.out.charAt(x.out.length() - 1) == ',') {
            x.out.setLength(x.out.length() - 1);
        }
        if (f.kind != Frame.Kind.FUNCTION && f.kind != Frame.Kind.LOOSE && x.endsOpen()) {
            x.exact = false;
            x.emit("0");
        }
        x.emit(f.close);
        x.frames.pop();
        x.i++;
        x.operandEnd = !f.close.endsWith(",");
        Frame parent = x.frame();
        if (f.kind == Frame.Kind.WITH_BODY) {
            clauses.afterWithBody(parent);
        } else if (f.item) {
            parent.afterItem = true;
        }
    }

    void comma(Frame f) {
        x.endCondition(f);
        f.afterItem = false;
        f.expectsItem = f.clause == Frame.Clause.FROM;
        if (f.kind == Frame.Kind.JOIN_GROUP) {
            x.emit("CROSS JOIN");
        } else if (f.kind == Frame.Kind.LOOSE || f.kind == Frame.Kind.SUBSCRIPT || f.kind == Frame.Kind.WINDOW) {
            x.separator();
        } else {
            x.emit(",");
            x.operandEnd = false;
        }
    }
}
