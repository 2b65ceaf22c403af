package io.understudy.classification;

/** Operands, operators, calls and what may stand behind them. */
final class Expressions {
    private final Translation x;

    Expressions(Translation x) {
        this.x = x;
    }

    void string() {
        boolean plain =
                x.t.charAt(x.i) == '\'' || x.t.charAt(x.i) == '$' || x.t.charAt(x.i) == 'E' || x.t.charAt(x.i) == 'e';
        x.operand("'s'", plain);
        if (x.t.is(x.i, "uescape")) {
            x.exact = false;
            x.i += 2;
        }
    }

    void operator() {
        String op = x.t.raw(x.i++);
        if (op.equals("*") && !x.operandEnd) {
            x.emit("*");
            x.operandEnd = true;
            return;
        }
        x.frame().afterItem = false;
        if (!x.operandEnd) {
            x.exact &= op.equals("-");
            if (op.equals("-") || op.equals("+")) {
                x.emit("-");
            }
            return;
        }
        switch (op) {
            case "=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "||" -> x.emit(op);
            case "!=" -> x.emit("<>");
            default -> {
                x.exact = false;
                x.emit("||");
            }
        }
        x.operandEnd = false;
        quantifier();
    }

    /** ANY, ALL and SOME behind an operator: the operand in parentheses is enough. */
    void quantifier() {
        if ((x.t.is(x.i, "any") || x.t.is(x.i, "all") || x.t.is(x.i, "some")) && x.t.isSign(x.i + 1, '(')) {
            x.exact = false;
            x.i++;
        }
    }

    /** .name or .* behind a parenthesis, subscript or parameter. */
    void attribute() throws Unsupported {
        x.exact = false;
        if (!x.operandEnd || !(x.t.isName(x.i + 1) || x.t.isSign(x.i + 1, "*"))) {
            throw new Unsupported("unexpected .");
        }
        x.i += 2;
    }

    /** AS and what it names: dropped, as nothing depends on it. */
    void as(Frame f) throws Unsupported {
        x.exact = false;
        if (f.kind == Frame.Kind.CAST) {
            x.i = x.closing(x.i);
            return;
        }
        if (!x.t.isName(x.i + 1)) {
            throw new Unsupported("unexpected as");
        }
        x.i += 2;
    }

    void is() throws Unsupported {
        x.i++;
        boolean negated = x.t.is(x.i, "not");
        x.i += negated ? 1 : 0;
        if (x.t.is(x.i, "distinct") && x.t.is(x.i + 1, "from")) {
            x.exact = false;
            x.i += 2;
            x.emit("=");
            x.operandEnd = false;
            return;
        }
        boolean isNull = x.t.is(x.i, "null");
        x.exact &= isNull;
        x.i++;
        if (x.t.is(x.i - 1, "json")) {
            while (x.t.is(x.i, "value")
                    || x.t.is(x.i, "array")
                    || x.t.is(x.i, "object")
                    || x.t.is(x.i, "scalar")
                    || x.t.is(x.i, "with")
                    || x.t.is(x.i, "without")
                    || x.t.is(x.i, "unique")
                    || x.t.is(x.i, "keys")) {
                x.i++;
            }
        } else if (x.t.is(x.i, "normalized")) {
            x.i++;
        }
        x.emit(negated ? "IS NOT NULL" : "IS NULL");
        x.operandEnd = true;
    }

    void collate() throws Unsupported {
        x.exact = false;
        x.i++;
        if (!x.t.isName(x.i)) {
            throw new Unsupported("unexpected collate");
        }
        x.i++;
        while (x.t.isSign(x.i, '.') && x.t.isName(x.i + 1)) {
            x.i += 2;
        }
    }

    void constant(String w) {
        boolean timestamp = w.endsWith("timestamp");
        x.operand(w.equals("localtimestamp") ? "LOCALTIMESTAMP" : w, true);
        if (timestamp) {
            x.precision();
        }
    }

    void array() throws Unsupported {
        x.exact = false;
        x.i++;
        if (x.t.isSign(x.i, '[')) {
            x.emit("ARRAY [");
            x.push(new Frame(Frame.Kind.SUBSCRIPT, "]"));
            x.i++;
        } else if (!x.t.isSign(x.i, '(')) {
            throw new Unsupported("unexpected array");
        }
    }

    void qualifiedOperator() throws Unsupported {
        int close = x.closing(x.i + 2);
        x.emit("||");
        x.i = close + 1;
        x.operandEnd = false;
        quantifier();
    }

    /** Passes over USING and the operator by which ORDER BY sorts. */
    void sortOperator() throws Unsupported {
        x.i = x.t.is(x.i + 1, "operator") ? x.closing(x.i + 3) + 1 : x.i + 2;
        x.operandEnd = true;
    }

    void over() throws Unsupported {
        if (x.t.isSign(x.i + 1, '(')) {
            nested(2);
            windowName();
        } else {
            x.i += 2;
        }
    }

    void nested(int tokens) throws Unsupported {
        x.emit("|| ARRAY [");
        x.push(new Frame(Frame.Kind.WINDOW, "]"));
        x.i += tokens;
    }

    /** Passes over the name of the window that another one begins with. */
    void windowName() {
        if (x.t.isName(x.i)
                && (x.t.isSign(x.i + 1, ')')
                        || x.t.is(x.i + 1, "order")
                        || x.t.is(x.i + 1, "partition")
                        || x.t.is(x.i + 1, "rows")
                        || x.t.is(x.i + 1, "range")
                        || x.t.is(x.i + 1, "groups"))
                && !x.t.is(x.i + 1, "by")
                && !x.t.is(x.i, "partition")
                && !x.t.is(x.i, "order")) {
            x.i++;
        }
    }

    void windowFrame() throws Unsupported {
        int close = x.frames.size() == 1 ? x.end : x.closing(x.i);
        x.cut(close);
        x.operandEnd = true;
    }

    void name() throws Unsupported {
        int to = x.chainEnd(x.i);
        Frame f = x.frame();
        if (x.operandEnd) {
            boolean label = to == x.i + 1 && !x.t.isSign(to, '(') && f.clause == Frame.Clause.SELECT;
            if (!label) {
                throw new Unsupported("unexpected name");
            }
            x.exact = false;
            x.i = to;
            return;
        }
        if (typedLiteral(to)) {
            return;
        }
        if (f.isArguments() && to == x.i + 1 && (x.t.isSign(to, "=>") || x.t.isSign(to, ":="))) {
            x.exact = false;
            x.i = to + 1;
            return;
        }
        boolean loose = to == x.i + 1 && x.t.kind(x.i) == TokenKind.WORD && Words.LOOSE.contains(x.t.word(x.i));
        boolean star = x.t.isSign(to, '.') && x.t.isSign(to + 1, "*");
        x.emitChain(x.i, to);
        x.i = to;
        if (star) {
            x.out.append(".*");
            x.i += 2;
            x.operandEnd = true;
        } else if (x.t.isSign(x.i, '(')) {
            call(loose ? Frame.Kind.LOOSE : Frame.Kind.FUNCTION);
        } else {
            x.operandEnd = true;
        }
    }

    void call(Frame.Kind kind) throws Unsupported {
        if (!x.t.isSign(x.i, '(')) {
            throw new Unsupported("unexpected name");
        }
        x.emit("(");
        x.push(new Frame(kind, ")"));
        x.i++;
    }

    /** type 'text' and its longer forms: the text alone is kept. */
    boolean typedLiteral(int to) {
        int at = to;
        if (x.t.kind(to - 1) == TokenKind.WORD) {
            int behind = TypeNames.skip(x.t, x.i, x.end);
            if (behind > to || x.t.isSign(behind, '(')) {
                at = behind;
            }
        }
        if (at >= x.end || x.t.kind(at) != TokenKind.STRING) {
            return false;
        }
        x.exact = false;
        boolean interval = x.t.is(x.i, "interval");
        x.i = at;
        string();
        if (interval) {
            x.i = TypeNames.interval(x.t, x.i);
            x.precision();
        }
        return true;
    }

    /** Words that mean something only behind an operand. */
    boolean afterOperand(Frame f, String w) throws Unsupported {
        switch (w) {
            case "at" -> {
                if (x.t.is(x.i + 1, "time")) {
                    x.keyword(f, "||");
                    x.i += 2;
                } else if (x.t.is(x.i + 1, "local")) {
                    x.i += 2;
                } else {
                    return false;
                }
            }
            case "escape" -> x.keyword(f, "||");
            case "over" -> over();
            case "filter" -> {
                if (!x.t.isSign(x.i + 1, '(') || !x.t.is(x.i + 2, "where")) {
                    return false;
                }
                nested(3);
            }
            case "within" -> {
                if (!x.t.is(x.i + 1, "group") || !x.t.isSign(x.i + 2, '(')) {
                    return false;
                }
                nested(3);
            }
            case "nulls" -> {
                if (!x.t.is(x.i + 1, "first") && !x.t.is(x.i + 1, "last")) {
                    return false;
                }
                x.i += 2;
            }
            case "ignore", "respect" -> {
                if (!x.t.is(x.i + 1, "nulls")) {
                    return false;
                }
                x.i += 2;
            }
            case "operator" -> {
                if (!x.t.isSign(x.i + 1, '(')) {
                    return false;
                }
                qualifiedOperator();
            }
            default -> {
                return false;
            }
        }
        x.exact = false;
        return true;
    }
}
