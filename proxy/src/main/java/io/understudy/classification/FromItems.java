package io.understudy.classification;

/** Tables, functions, subqueries and joins in FROM. */
final class FromItems {
    private final Translation x;

    FromItems(Translation x) {
        this.x = x;
    }

    void fromItem() throws Unsupported {
        Frame f = x.frame();
        if (x.t.is(x.i, "lateral")) {
            x.i++;
            if (x.t.isSign(x.i, '(')) {
                return;
            }
        }
        if (x.t.is(x.i, "only")) {
            x.i++;
            if (x.t.isSign(x.i, '(')) {
                int to = x.chainEnd(x.i + 1);
                x.emitChain(x.i + 1, to);
                x.i = to + 1;
                itemDone(f);
                return;
            }
        }
        if (x.t.is(x.i, "rows") && x.t.is(x.i + 1, "from") && x.t.isSign(x.i + 2, '(')) {
            f.expectsItem = false;
            x.i += 3;
            joinGroup("");
            return;
        }
        if (x.t.kind(x.i) == TokenKind.WORD
                && Words.GRAMMAR_FUNCTIONS.contains(x.t.word(x.i))
                && !x.t.isSign(x.i + 1, '(')
                && Words.RESERVED.contains(x.t.word(x.i))) {
            x.emit("LATERAL TABLE (");
            x.emitName(x.t.name(x.i));
            x.emit("( ) )");
            x.i++;
            x.precision();
            itemDone(f);
            return;
        }
        int to = x.chainEnd(x.i);
        if (x.t.isSign(to, '(')) {
            x.emit("LATERAL TABLE (");
            boolean loose = to == x.i + 1 && x.t.kind(x.i) == TokenKind.WORD && Words.LOOSE.contains(x.t.word(x.i));
            x.emitChain(x.i, to);
            x.i = to;
            f.expectsItem = false;
            x.emit("(");
            Frame arguments = new Frame(loose ? Frame.Kind.LOOSE : Frame.Kind.FUNCTION, ") )");
            arguments.item = true;
            x.push(arguments);
            x.i++;
            return;
        }
        x.emitChain(x.i, to);
        x.i = to;
        x.i += x.t.isSign(x.i, "*") ? 1 : 0;
        itemDone(f);
    }

    void itemDone(Frame f) {
        f.expectsItem = false;
        f.afterItem = true;
        x.operandEnd = true;
    }

    boolean isAlias(int k) {
        if (x.t.kind(k) != TokenKind.WORD) {
            return true;
        }
        return x.t.is(k, "as") || !Words.RESERVED.contains(x.t.word(k)) && !(x.t.is(k, "set") || x.t.is(k, "when"));
    }

    void alias() throws Unsupported {
        x.i += x.t.is(x.i, "as") ? 1 : 0;
        if (x.t.isName(x.i)) {
            x.i++;
        }
        if (x.t.isSign(x.i, '(')) {
            x.i = x.closing(x.i + 1) + 1;
        }
        x.frame().afterItem = x.t.is(x.i, "tablesample");
        x.operandEnd = true;
    }

    void tableSample() throws Unsupported {
        int to = x.chainEnd(x.i + 1);
        int close = x.closing(to + 1);
        x.part(Part.Role.EXPRESSIONS, to + 1, close);
        x.i = close + 1;
        if (x.t.is(x.i, "repeatable") && x.t.isSign(x.i + 1, '(')) {
            close = x.closing(x.i + 2);
            x.part(Part.Role.EXPRESSIONS, x.i + 2, close);
            x.i = close + 1;
        }
        x.frame().afterItem = false;
    }

    /** @param close what is written at its end */
    void joinGroup(String close) throws Unsupported {
        Frame group = new Frame(Frame.Kind.JOIN_GROUP, close);
        group.clause = Frame.Clause.FROM;
        group.expectsItem = true;
        group.item = true;
        x.push(group);
    }

    /** Every kind of join becomes a cross join, every condition an item of its own: so they nest as they like. */
    void join(Frame f, String w) {
        f.afterItem = false;
        if (!w.equals("join")) {
            x.i++;
            x.operandEnd = false;
            return;
        }
        x.keyword(f, "CROSS JOIN");
        f.expectsItem = true;
        f.clause = Frame.Clause.FROM;
    }

    void on(Frame f) {
        x.keyword(f, "CROSS JOIN (VALUES (");
        f.inCondition = true;
    }

    void using(Frame f) throws Unsupported {
        if (!x.t.isSign(x.i + 1, '(')) {
            throw new Unsupported("unexpected using");
        }
        int close = x.closing(x.i + 2);
        x.i = close + 1;
        f.afterItem = true;
        x.operandEnd = true;
    }
}
