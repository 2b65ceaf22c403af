package io.understudy.classification;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One statement of a query string, by its tokens; it has at least one. Safe for use by several threads. */
public final class SqlStatement {
    private final Tokens tokens;
    private final int from;
    private final int to;
    private String shape = "";
    private @Nullable String trace;

    SqlStatement(Tokens tokens, int from, int to) {
        this.tokens = tokens;
        this.from = from;
        this.to = to;
    }

    /** What the client sent, without blanks, comments and the semicolon around it. */
    public String text() {
        return tokens.sql.substring(offset(), tokens.end(to - 1));
    }

    /** Where {@link #text} begins in the query string, in chars. */
    public int offset() {
        return tokens.start(from);
    }

    /**
     * What stands behind {@link #text} up to its semicolon, that one included, or to the end of the query string: where a text breaks off a server says so of its semicolon, and cursors show theirs.
     */
    public String end() {
        int last = tokens.end(to - 1);
        return tokens.sql.substring(last, to < tokens.size() ? tokens.end(to) : tokens.sql.length());
    }

    /** How many characters of the query string stand before {@link #text}, as servers count them. */
    public int charactersBefore() {
        return tokens.sql.codePointCount(0, offset());
    }

    /** The statement without its literals: equal for statements that differ only in them. Without secrets, so fit for logs. */
    public String shape() {
        // A race computes it twice, to equal strings.
        String s = shape;
        if (s.isEmpty()) {
            s = Shape.of(tokens, from, to);
            shape = s;
        }
        return s;
    }

    /** Whether its query string has comments that may be hints. Costs nothing. */
    public boolean hasHints() {
        return tokens.hasHints();
    }

    /** What the first hint for Understudy says that stands in it, before it or behind it: {@code /*+ understudy: … *}{@code /}. */
    public Optional<String> hint() {
        return tokens.hasHints() ? tokens.hint(before(), behind()) : Optional.empty();
    }

    /** The id of the trace that a comment in it, before it or behind it says it is for, as sqlcommenter writes them: {@code /*traceparent='00-…'*}{@code /}; empty if none does. */
    public String trace() {
        if (!tokens.hasTraces()) {
            return "";
        }
        // As with the shape.
        String t = trace;
        if (t == null) {
            t = tokens.trace(before(), behind());
            trace = t;
        }
        return t;
    }

    private int before() {
        return from == 0 ? 0 : tokens.end(from - 1);
    }

    private int behind() {
        return to < tokens.size() ? tokens.start(to) : tokens.sql.length();
    }

    /** Its literals in order. */
    public List<Literal> literals() {
        List<Literal> literals = new ArrayList<>();
        for (int i = from; i < to; i++) {
            if (tokens.kind(i).isLiteral()) {
                literals.add(new Literal(tokens.start(i) - offset(), tokens.end(i) - offset(), tokens.raw(i)));
            }
        }
        return literals;
    }

    /**
     * A literal as written.
     *
     * @param start offset in {@link #text}, in chars
     */
    public record Literal(int start, int end, String text) {
        @Override
        public String toString() {
            return "literal at " + start;
        }
    }

    /** Where in {@link #text} the timestamps stand that a {@link StatementForm.Eligible} of a statement of this shape gives, in order. */
    public List<Span> spans(List<StatementForm.TimestampPlace> places) {
        List<Span> spans = new ArrayList<>(places.size());
        for (StatementForm.TimestampPlace p : places) {
            spans.add(new Span(
                    tokens.start(from + p.token()) - offset(),
                    tokens.end(from + p.token() + p.tokens() - 1) - offset(),
                    p.zoned()));
        }
        return spans;
    }

    /**
     * A timestamp in {@link #text}.
     *
     * @param start in chars; it ends before {@code end}
     */
    public record Span(int start, int end, boolean zoned) {}

    /** How much of {@link #text} stands before its token of that index, all of it for -1. */
    public int lengthBefore(int token) {
        return (token < 0 ? tokens.end(to - 1) : tokens.end(from + token - 1)) - offset();
    }

    /**
     * The text with its password literals replaced.
     *
     * @param verifier gives the text that a password becomes (it is quoted here)
     */
    public String withPasswords(List<Classification.PasswordLiteral> passwords, UnaryOperator<String> verifier) {
        StringBuilder out = new StringBuilder();
        int copied = offset();
        for (Classification.PasswordLiteral p : passwords) {
            out.append(tokens.sql, copied, offset() + p.start())
                    .append('\'')
                    .append(verifier.apply(p.value()).replace("'", "''"))
                    .append('\'');
            copied = offset() + p.end();
        }
        return out.append(tokens.sql, copied, tokens.end(to - 1)).toString();
    }

    Tokens tokens() {
        return tokens;
    }

    /** Index of its first token in {@link #tokens}. */
    int from() {
        return from;
    }

    /** Index behind its last token. */
    int to() {
        return to;
    }

    @Override
    public String toString() {
        return shape();
    }
}
