package io.understudy.classification;

/** What a string literal stands for. */
final class StringLiterals {
    private StringLiterals() {}

    /** @param raw a STRING token as written, without continuation lines */
    static String value(String raw) {
        char first = raw.charAt(0);
        if (first == '$') {
            int tag = raw.indexOf('$', 1) + 1;
            return raw.substring(tag, raw.length() - tag);
        }
        int quote = raw.indexOf('\'');
        String body = raw.substring(quote + 1, raw.length() - 1).replace("''", "'");
        return switch (first) {
            case 'e', 'E' -> escapes(raw.substring(quote + 1, raw.length() - 1));
            case 'u', 'U' -> UnicodeEscapes.decode(body);
            default -> body;
        };
    }

    private static String escapes(String body) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < body.length()) {
            char c = body.charAt(i);
            if (c == '\'') {
                out.append(c);
                i += 2;
            } else if (c != '\\' || i + 1 >= body.length()) {
                out.append(c);
                i++;
            } else {
                i = escape(body, i + 1, out);
            }
        }
        return out.toString();
    }

    /** @return where it goes on */
    private static int escape(String body, int i, StringBuilder out) {
        char c = body.charAt(i);
        switch (c) {
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                return code(body, i + 1, 4, 16, out);
            }
            case 'U' -> {
                return code(body, i + 1, 8, 16, out);
            }
            case 'x' -> {
                return code(body, i + 1, 2, 16, out);
            }
            default -> {
                if (c >= '0' && c <= '7') {
                    return code(body, i, 3, 8, out);
                }
                out.append(c);
            }
        }
        return i + 1;
    }

    private static int code(String body, int from, int digitsMax, int radix, StringBuilder out) {
        int i = from;
        int v = 0;
        while (i < body.length() && i - from < digitsMax && Character.digit(body.charAt(i), radix) >= 0) {
            v = v * radix + Character.digit(body.charAt(i), radix);
            i++;
        }
        if (i > from && Character.isValidCodePoint(v)) {
            out.appendCodePoint(v);
        }
        return i;
    }
}
