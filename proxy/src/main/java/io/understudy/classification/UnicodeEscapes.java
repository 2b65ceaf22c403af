package io.understudy.classification;

/** The escapes of U&"…" and U&'…' with the default escape character: \XXXX, \+XXXXXX and \\. */
final class UnicodeEscapes {
    private UnicodeEscapes() {}

    /** Decodes; what is no valid escape stays as it is (the server will refuse it). */
    static String decode(String body) {
        int backslash = body.indexOf('\\');
        if (backslash < 0) {
            return body;
        }
        StringBuilder out = new StringBuilder(body.length());
        int i = 0;
        while (i < body.length()) {
            char c = body.charAt(i);
            if (c != '\\') {
                out.append(c);
                i++;
            } else if (i + 1 < body.length() && body.charAt(i + 1) == '\\') {
                out.append('\\');
                i += 2;
            } else {
                boolean six = i + 1 < body.length() && body.charAt(i + 1) == '+';
                int from = i + (six ? 2 : 1);
                int to = from + (six ? 6 : 4);
                int code = hex(body, from, to);
                if (code < 0 || code > Character.MAX_CODE_POINT) {
                    out.append(c);
                    i++;
                } else {
                    out.appendCodePoint(code);
                    i = to;
                }
            }
        }
        return out.toString();
    }

    private static int hex(String s, int from, int to) {
        if (to > s.length()) {
            return -1;
        }
        int v = 0;
        for (int i = from; i < to; i++) {
            int d = Character.digit(s.charAt(i), 16);
            if (d < 0) {
                return -1;
            }
            v = v * 16 + d;
        }
        return v;
    }
}
