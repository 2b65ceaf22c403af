package io.understudy.classification;

/**
 * A statement's text with one blank between tokens, words in lower case, no comments, every literal replaced by a mark of its kind and every parameter
 * by {@code $0}. Lists of constants behind IN become one mark, whatever their length. Statements of one shape are classified alike.
 */
final class Shape {
    private static final String LIST = "(...)";

    private Shape() {}

    static String of(Tokens tokens, int from, int to) {
        String sql = tokens.sql;
        StringBuilder out = new StringBuilder(tokens.end(to - 1) - tokens.start(from) + 8);
        for (int i = from; i < to; i++) {
            if (i > from) {
                out.append(' ');
            }
            switch (tokens.kind(i)) {
                case WORD -> {
                    int end = tokens.end(i);
                    for (int c = tokens.start(i); c < end; c++) {
                        char ch = sql.charAt(c);
                        out.append(ch >= 'A' && ch <= 'Z' ? (char) (ch + 32) : ch);
                    }
                }
                case PARAMETER -> out.append("$0");
                case STRING -> out.append("'?'");
                case BITS -> out.append("B'?'");
                case INTEGER -> out.append('0');
                case DECIMAL -> out.append("0.0");
                case PUNCTUATION -> {
                    int close = tokens.isSign(i, '(') && tokens.is(i - 1, "in") ? constantsEnd(tokens, i, to) : -1;
                    if (close > 0) {
                        out.append(LIST);
                        i = close;
                    } else {
                        out.append(sql, tokens.start(i), tokens.end(i));
                    }
                }
                case UNTERMINATED -> out.append("<unterminated>");
                case QUOTED, UNICODE_QUOTED, OPERATOR, OTHER -> out.append(sql, tokens.start(i), tokens.end(i));
            }
        }
        return out.toString();
    }

    /** Where the list of constants that opens at {@code open} closes, or -1 if there is anything else in it. */
    private static int constantsEnd(Tokens tokens, int open, int to) {
        int i = open + 1;
        while (i + 1 < to && isConstant(tokens.kind(i))) {
            if (tokens.isSign(i + 1, ')')) {
                return i + 1;
            }
            if (!tokens.isSign(i + 1, ',')) {
                return -1;
            }
            i += 2;
        }
        return -1;
    }

    private static boolean isConstant(TokenKind kind) {
        return kind == TokenKind.PARAMETER || kind.isLiteral();
    }
}
