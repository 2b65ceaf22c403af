package io.understudy.classification;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The tokens of a query string, as arrays so that a statement costs few objects. */
final class Tokens {
    private static final int[] NONE = {};
    private static final String HINT_NAME = "understudy:";

    final String sql;
    private TokenKind[] kinds;
    private int[] starts;
    private int[] ends;
    private int size;

    /** Begins and ends of comments that may be hints; next to no statement has any. */
    private int[] hints = NONE;

    /** Those of comments that may say for which trace a statement is. */
    private int[] traces = NONE;

    Tokens(String sql) {
        this.sql = sql;
        int guess = sql.length() / 4 + 8;
        kinds = new TokenKind[guess];
        starts = new int[guess];
        ends = new int[guess];
    }

    void add(TokenKind kind, int start, int end) {
        if (size == starts.length) {
            int grown = size * 2;
            kinds = Arrays.copyOf(kinds, grown);
            starts = Arrays.copyOf(starts, grown);
            ends = Arrays.copyOf(ends, grown);
        }
        kinds[size] = kind;
        starts[size] = start;
        ends[size++] = end;
    }

    void addHint(int start, int end) {
        hints = with(hints, start, end);
    }

    void addTrace(int start, int end) {
        traces = with(traces, start, end);
    }

    private static int[] with(int[] places, int start, int end) {
        int[] more = Arrays.copyOf(places, places.length + 2);
        more[places.length] = start;
        more[places.length + 1] = end;
        return more;
    }

    boolean hasHints() {
        return hints.length > 0;
    }

    boolean hasTraces() {
        return traces.length > 0;
    }

    /** The trace id in the first comment between those places that has one; empty if there is none. */
    String trace(int from, int to) {
        for (int i = 0; i < traces.length; i += 2) {
            if (traces[i] >= from && traces[i + 1] <= to) {
                String id = TraceParent.inComment(sql, traces[i] + 2, traces[i + 1] - 2);
                if (!id.isEmpty()) {
                    return id;
                }
            }
        }
        return "";
    }

    /** The first comment between those places that is a hint for us, without what it begins and ends with; empty if there is none. */
    Optional<String> hint(int from, int to) {
        for (int i = 0; i < hints.length; i += 2) {
            if (hints[i] >= from && hints[i + 1] <= to) {
                String inside = sql.substring(hints[i] + 3, hints[i + 1] - 2).strip();
                if (inside.regionMatches(true, 0, HINT_NAME, 0, HINT_NAME.length())) {
                    return Optional.of(inside.substring(HINT_NAME.length()).strip());
                }
            }
        }
        return Optional.empty();
    }

    int size() {
        return size;
    }

    TokenKind kind(int i) {
        return kinds[i];
    }

    /** Whether there is a token {@code i}, and it is of that kind. */
    boolean isKind(int i, TokenKind kind) {
        return i >= 0 && i < size && kinds[i] == kind;
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    int length(int i) {
        return ends[i] - starts[i];
    }

    char charAt(int i) {
        return sql.charAt(starts[i]);
    }

    String raw(int i) {
        return sql.substring(starts[i], ends[i]);
    }

    /** A word in lower case, as PostgreSQL folds it: ASCII letters only. */
    String word(int i) {
        return fold(raw(i));
    }

    /** Whether token {@code i} is that unquoted word, given in lower case. */
    boolean is(int i, String word) {
        return i >= 0
                && i < size
                && kinds[i] == TokenKind.WORD
                && length(i) == word.length()
                && sql.regionMatches(true, starts[i], word, 0, word.length());
    }

    /** Whether token {@code i} is that operator or punctuation. */
    boolean isSign(int i, String sign) {
        return i >= 0
                && i < size
                && (kinds[i] == TokenKind.PUNCTUATION || kinds[i] == TokenKind.OPERATOR)
                && length(i) == sign.length()
                && sql.startsWith(sign, starts[i]);
    }

    boolean isSign(int i, char sign) {
        return i >= 0
                && i < size
                && kinds[i] == TokenKind.PUNCTUATION
                && ends[i] - starts[i] == 1
                && sql.charAt(starts[i]) == sign;
    }

    /** The name an identifier token stands for. Only for WORD, QUOTED, UNICODE_QUOTED. */
    String name(int i) {
        return switch (kinds[i]) {
            case WORD -> word(i);
            case QUOTED -> sql.substring(starts[i] + 1, ends[i] - 1).replace("\"\"", "\"");
            case UNICODE_QUOTED ->
                UnicodeEscapes.decode(sql.substring(starts[i] + 3, ends[i] - 1).replace("\"\"", "\""));
            default -> throw new IllegalStateException("token " + i + " is no name");
        };
    }

    boolean isName(int i) {
        return i >= 0
                && i < size
                && (kinds[i] == TokenKind.WORD || kinds[i] == TokenKind.QUOTED || kinds[i] == TokenKind.UNICODE_QUOTED);
    }

    static String fold(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return isAscii(word) ? word.toLowerCase(Locale.ROOT) : foldAscii(word);
            }
        }
        return word;
    }

    private static boolean isAscii(String word) {
        return word.chars().allMatch(c -> c < 128);
    }

    private static String foldAscii(String word) {
        StringBuilder b = new StringBuilder(word);
        for (int i = 0; i < b.length(); i++) {
            char c = b.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                b.setCharAt(i, (char) (c + 32));
            }
        }
        return b.toString();
    }
}
