package io.understudy.classification;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** A text for Calcite in the making: how far the tokens are read, in which frames, and what is written. */
final class Translation {
    static final int DEPTH_MAX = 60;

    final Tokens t;
    final int end;
    final Facts facts;
    final StringBuilder out = new StringBuilder();
    final Deque<Frame> frames = new ArrayDeque<>();
    private final Set<String> visible;
    private final Deque<Part> parts;

    /** The token read next. */
    int i;

    /** Whether what was read last is an operand, so that an operator, an alias or an end may follow. */
    boolean operandEnd;

    /** Whether nothing was dropped or replaced so far. */
    boolean exact = true;

    /** @param parts takes what is to be translated apart */
    Translation(Tokens t, Part part, Facts facts, Deque<Part> parts) {
        this.t = t;
        this.i = part.from();
        this.end = part.to();
        this.visible = part.visible();
        this.facts = facts;
        this.parts = parts;
    }

    Frame frame() {
        return frames.getFirst();
    }

    void push(Frame f) throws Unsupported {
        if (frames.size() >= DEPTH_MAX) {
            throw new Unsupported("nested too deeply");
        }
        frames.push(f);
        operandEnd = false;
    }

    /** A comma that is left out where there is nothing before it. */
    void separator() {
        exact = false;
        if (!endsOpen()) {
            emit(",");
        }
        operandEnd = false;
    }

    boolean endsOpen() {
        int last = out.length() - 1;
        return last < 0 || out.charAt(last) == '(' || out.charAt(last) == '[' || out.charAt(last) == ',';
    }

    void part(Part.Role role, int from, int to) {
        if (from < to) {
            Set<String> names = new HashSet<>(visible);
            for (Frame f : frames) {
                names.addAll(f.withNames);
            }
            parts.add(new Part(role, from, to, Set.copyOf(names)));
        }
    }

    /** Index of the parenthesis or bracket that closes the one open before {@code from}. */
    int closing(int from) throws Unsupported {
        return DmlTranslator.closing(t, from, end);
    }

    int chainEnd(int from) throws Unsupported {
        if (from >= end || !t.isName(from)) {
            throw new Unsupported("name expected");
        }
        int at = from + 1;
        while (t.isSign(at, '.') && t.isName(at + 1)) {
            at += 2;
        }
        return at;
    }

    Facts.Name nameOf(int from, int to) {
        return new Facts.Name(to - from >= 3 ? t.name(to - 3) : "", t.name(to - 1));
    }

    void emitChain(int from, int to) {
        emitName(t.name(from));
        for (int k = from + 2; k < to; k += 2) {
            out.append('.');
            quote(t.name(k));
        }
    }

    void emitName(String name) {
        emit("");
        quote(name);
    }

    void quote(String name) {
        out.append('"').append(name.replace("\"", "\"\"")).append('"');
    }

    void emit(String text) {
        out.append(' ').append(text);
    }

    void keyword(Frame f, String text) {
        emit(text);
        i++;
        operandEnd = false;
        f.afterItem = false;
        f.expectsItem = false;
    }

    void operand(String text, boolean same) {
        emit(text);
        exact &= same;
        operandEnd = true;
        i++;
    }

    /** Leaves out what stands before {@code to}: there must be no query in it, and its functions are noted. */
    void cut(int to) throws Unsupported {
        facts.cut(t, i, to);
        for (; i < to; i++) {
            if (t.is(i, "select") || t.is(i, "table") || t.is(i, "values")) {
                throw new Unsupported("query in an unusual place");
            }
        }
    }

    /** Ends the condition of a join, if one is being read. */
    void endCondition(Frame f) {
        if (f.inCondition) {
            emit("))");
            f.inCondition = false;
        }
    }

    void precision() {
        if (t.isSign(i, '(')) {
            exact = false;
            i += 3;
        }
    }
}
