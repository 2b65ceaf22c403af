package io.understudy.classification;

/** Finds W3C trace context ({@code 00-<trace id>-<span id>-<flags>}) in what clients write: in comments as sqlcommenter has them, and in names. */
public final class TraceParent {
    static final String KEY = "traceparent";

    private static final int TRACE_AT = 3;
    private static final int TRACE_LENGTH = 32;
    private static final int SPAN_AT = TRACE_AT + TRACE_LENGTH + 1;
    private static final int SPAN_LENGTH = 16;
    private static final int FLAGS_AT = SPAN_AT + SPAN_LENGTH + 1;
    private static final int LENGTH = FLAGS_AT + 2;

    private TraceParent() {}

    /** The trace id of the first valid traceparent that stands anywhere in a name, as in {@code application_name}; empty if there is none. */
    public static String inName(String name) {
        for (int i = 0; i + LENGTH <= name.length(); i++) {
            if (name.charAt(i + 2) == '-' && (i == 0 || !isNamePart(name.charAt(i - 1)))) {
                String id = at(name, i, name.length());
                if (!id.isEmpty()) {
                    return id;
                }
            }
        }
        return "";
    }

    /** Whether the comment between these places may hold one. */
    static boolean mayBeIn(String sql, int from, int to) {
        return to - from > LENGTH && sql.indexOf(KEY, from, to) >= 0;
    }

    /** The trace id of the first valid {@code traceparent='…'} in the comment between these places; empty if there is none. */
    static String inComment(String sql, int from, int to) {
        int key = sql.indexOf(KEY, from, to);
        while (key >= 0) {
            int i = blanks(sql, key + KEY.length(), to);
            if (!isNamePart(sql.charAt(key - 1)) && i < to && sql.charAt(i) == '=') {
                i = blanks(sql, i + 1, to);
                if (i < to && sql.charAt(i) == '\'') {
                    String id = at(sql, i + 1, to);
                    if (!id.isEmpty()) {
                        return id;
                    }
                }
            }
            key = sql.indexOf(KEY, key + 1, to);
        }
        return "";
    }

    private static int blanks(String sql, int from, int to) {
        int i = from;
        while (i < to && sql.charAt(i) == ' ') {
            i++;
        }
        return i;
    }

    /** The trace id of the one that begins there; empty if none does. A version that is not known yet may have more behind it. */
    private static String at(String s, int i, int to) {
        if (i + LENGTH > to
                || !isHex(s, i, 2)
                || s.startsWith("ff", i)
                || s.charAt(i + 2) != '-'
                || !isId(s, i + TRACE_AT, TRACE_LENGTH)
                || s.charAt(i + SPAN_AT - 1) != '-'
                || !isId(s, i + SPAN_AT, SPAN_LENGTH)
                || s.charAt(i + FLAGS_AT - 1) != '-'
                || !isHex(s, i + FLAGS_AT, 2)) {
            return "";
        }
        boolean ends = i + LENGTH == to || !isNamePart(s.charAt(i + LENGTH));
        boolean goesOn = i + LENGTH < to && s.charAt(i + LENGTH) == '-' && !s.startsWith("00", i);
        return ends || goesOn ? s.substring(i + TRACE_AT, i + TRACE_AT + TRACE_LENGTH) : "";
    }

    private static boolean isId(String s, int at, int length) {
        if (!isHex(s, at, length)) {
            return false;
        }
        for (int i = at; i < at + length; i++) {
            if (s.charAt(i) != '0') {
                return true;
            }
        }
        return false;
    }

    private static boolean isHex(String s, int at, int length) {
        for (int i = at; i < at + length; i++) {
            char c = s.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNamePart(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_';
    }
}
