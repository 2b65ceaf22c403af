package io.understudy.classification;

/**
 * PostgreSQL's lexical rules. One pass over the input, linear in its length, without recursion; any input gives tokens. Where PostgreSQL would report an
 * error, the tokens are some that the server, which sees the same text, will refuse.
 */
final class Lexer {
    /** How comments begin that may be meant for us. */
    private static final String HINT = "/*+";

    private static final byte SPACE = 1;
    private static final byte LETTER = 2;
    private static final byte DIGIT = 4;
    private static final byte OPERATOR = 8;
    private static final byte[] CLASSES = new byte[128];

    static {
        for (char c : " \t\n\r\f\u000b".toCharArray()) {
            CLASSES[c] = SPACE;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            CLASSES[c] = LETTER;
            CLASSES[c - 32] = LETTER;
        }
        CLASSES['_'] = LETTER;
        for (char c = '0'; c <= '9'; c++) {
            CLASSES[c] = DIGIT;
        }
        for (char c : "~!@#^&|`?+-*/%<>=".toCharArray()) {
            CLASSES[c] = OPERATOR;
        }
    }

    private final String sql;
    private final int length;
    private final boolean standardStrings;
    private final Tokens tokens;
    private int at;

    /** Of the operator characters looked at last: where they end, and the last that is free to come before a sign, and that is no sign itself. */
    private int runEnd;

    /** Characters looked at so far, ahead of the place or again. */
    private long looked;

    private int lastFree = -1;
    private int lastUnsigned = -1;

    private Lexer(String sql, boolean standardStrings) {
        this.sql = sql;
        this.length = sql.length();
        this.standardStrings = standardStrings;
        this.tokens = new Tokens(sql);
    }

    /** @param standardStrings the setting standard_conforming_strings */
    static Tokens lex(String sql, boolean standardStrings) {
        Lexer lexer = new Lexer(sql, standardStrings);
        while (lexer.at < lexer.length) {
            lexer.step();
        }
        return lexer.tokens;
    }

    /** How many characters are looked at to lex {@code sql}, those looked at repeatedly counted each time: what proves that it is linear. */
    static long lookedAt(String sql) {
        Lexer lexer = new Lexer(sql, true);
        while (lexer.at < lexer.length) {
            lexer.step();
        }
        return lexer.looked;
    }

    private void step() {
        looked++;
        char c = sql.charAt(at);
        byte k = classOf(c);
        if (k == SPACE) {
            at++;
        } else if (k == LETTER) {
            wordOrPrefixed(c);
        } else if (k == DIGIT) {
            number();
        } else if (k == OPERATOR) {
            operator(c);
        } else {
            sign(c);
        }
    }

    private void sign(char c) {
        char next = peek(1);
        switch (c) {
            case '\'' -> quotedString(at, !standardStrings);
            case '"' -> quotedName(at, TokenKind.QUOTED);
            case '$' -> dollar();
            case '.' -> {
                if (isDigit(next)) {
                    number();
                } else {
                    emit(TokenKind.PUNCTUATION, at + (next == '.' ? 2 : 1));
                }
            }
            case ':' -> emit(TokenKind.PUNCTUATION, at + (next == ':' || next == '=' ? 2 : 1));
            case ',', '(', ')', '[', ']', ';' -> emit(TokenKind.PUNCTUATION, at + 1);
            default -> emit(TokenKind.OTHER, at + 1);
        }
    }

    private void wordOrPrefixed(char c) {
        char next = peek(1);
        if (next == '\'') {
            switch (c) {
                case 'e', 'E' -> {
                    quotedString(at + 1, true);
                    return;
                }
                case 'n', 'N' -> {
                    quotedString(at + 1, !standardStrings);
                    return;
                }
                case 'b', 'B', 'x', 'X' -> {
                    quotedString(at + 1, false);
                    return;
                }
                default -> {}
            }
        } else if (next == '&' && (c == 'u' || c == 'U')) {
            if (peek(2) == '\'') {
                quotedString(at + 2, false);
                return;
            }
            if (peek(2) == '"') {
                quotedName(at + 2, TokenKind.UNICODE_QUOTED);
                return;
            }
        }
        int end = at + 1;
        while (end < length && isNamePart(sql.charAt(end))) {
            end++;
        }
        emit(TokenKind.WORD, end);
    }

    /** @param quote where its opening quote is */
    private void quotedString(int quote, boolean backslashes) {
        char prefix = sql.charAt(at);
        TokenKind kind =
                prefix == 'b' || prefix == 'B' || prefix == 'x' || prefix == 'X' ? TokenKind.BITS : TokenKind.STRING;
        int i = quote + 1;
        while (i < length) {
            char c = sql.charAt(i);
            if (c == '\\' && backslashes) {
                i += 2;
            } else if (c != '\'') {
                i++;
            } else if (i + 1 < length && sql.charAt(i + 1) == '\'') {
                i += 2;
            } else {
                int more = continuation(i + 1);
                if (more < 0) {
                    emit(kind, i + 1);
                    return;
                }
                i = more + 1;
            }
        }
        emit(TokenKind.UNTERMINATED, length);
    }

    /**
     * Literals with nothing but white space with a line end between them are one.
     *
     * @return where the next part's quote is, or -1
     */
    private int continuation(int from) {
        int i = from;
        boolean line = false;
        while (i < length) {
            char c = sql.charAt(i);
            if (c == '\n' || c == '\r') {
                line = true;
                i++;
            } else if (classOf(c) == SPACE) {
                i++;
            } else if (c == '-' && i + 1 < length && sql.charAt(i + 1) == '-') {
                i = lineEnd(i);
            } else {
                looked += i - from;
                return c == '\'' && line ? i : -1;
            }
        }
        looked += i - from;
        return -1;
    }

    private void quotedName(int quote, TokenKind kind) {
        int i = quote + 1;
        while (i < length) {
            if (sql.charAt(i) != '"') {
                i++;
            } else if (i + 1 < length && sql.charAt(i + 1) == '"') {
                i += 2;
            } else {
                emit(kind, i + 1);
                return;
            }
        }
        emit(TokenKind.UNTERMINATED, length);
    }

    private void dollar() {
        int i = at + 1;
        if (i < length && isDigit(sql.charAt(i))) {
            while (i < length && isDigit(sql.charAt(i))) {
                i++;
            }
            emit(TokenKind.PARAMETER, i);
            return;
        }
        while (i < length && sql.charAt(i) != '$' && isNamePart(sql.charAt(i))) {
            i++;
        }
        looked += i - at;
        if (i >= length || sql.charAt(i) != '$') {
            emit(TokenKind.OTHER, at + 1);
            return;
        }
        int tag = i - at;
        int candidate = i + 1;
        while (true) {
            int from = candidate;
            candidate = sql.indexOf('$', candidate);
            looked += (candidate < 0 ? length : candidate) - from;
            if (candidate < 0 || candidate + tag >= length) {
                emit(TokenKind.UNTERMINATED, length);
                return;
            }
            // The tag has no $ inside, so comparing stops before the next candidate: linear in all.
            if (sql.regionMatches(candidate, sql, at, tag + 1)) {
                emit(TokenKind.STRING, candidate + tag + 1);
                return;
            }
            candidate++;
        }
    }

    private void number() {
        int i = at;
        TokenKind kind = TokenKind.INTEGER;
        char second = peek(1);
        if (sql.charAt(i) == '0' && "xXoObB".indexOf(second) >= 0 && isRadixDigit(peek(2), second)) {
            i += 2;
            while (i < length && (sql.charAt(i) == '_' || isRadixDigit(sql.charAt(i), second))) {
                i++;
            }
            emit(kind, i);
            return;
        }
        i = digits(i);
        if (i < length && sql.charAt(i) == '.' && !(i + 1 < length && sql.charAt(i + 1) == '.')) {
            kind = TokenKind.DECIMAL;
            i = digits(i + 1);
        }
        if (i < length && (sql.charAt(i) == 'e' || sql.charAt(i) == 'E')) {
            int j = i + 1;
            if (j < length && (sql.charAt(j) == '+' || sql.charAt(j) == '-')) {
                j++;
            }
            if (j < length && isDigit(sql.charAt(j))) {
                kind = TokenKind.DECIMAL;
                i = digits(j);
            }
        }
        emit(kind, i);
    }

    private int digits(int from) {
        int i = from;
        while (i < length
                && (isDigit(sql.charAt(i))
                        || sql.charAt(i) == '_' && i > from && i + 1 < length && isDigit(sql.charAt(i + 1)))) {
            i++;
        }
        return i;
    }

    private void operator(char c) {
        if (c == '-' && peek(1) == '-') {
            int end = lineEnd(at);
            looked += end - at;
            at = end;
            return;
        }
        if (c == '/' && peek(1) == '*') {
            comment();
            return;
        }
        if (at >= runEnd) {
            measureRun();
        }
        int i = runEnd;
        // Only an operator with one of the free characters may end in + or -, so that 1*-1 is what it looks like.
        if (lastFree < at) {
            i = Math.max(at, lastUnsigned) + 1;
        }
        boolean arrow = i - at == 2 && c == '=' && sql.charAt(at + 1) == '>';
        emit(arrow ? TokenKind.PUNCTUATION : TokenKind.OPERATOR, i);
    }

    private boolean beginsComment(int i) {
        return i + 1 < length
                && (sql.charAt(i) == '-' && sql.charAt(i + 1) == '-'
                        || sql.charAt(i) == '/' && sql.charAt(i + 1) == '*');
    }

    /** Looks once at all operator characters from here on, which may be cut into many operators. */
    private void measureRun() {
        int i = at;
        do {
            char c = sql.charAt(i);
            if ("~!@#^&|`?%".indexOf(c) >= 0) {
                lastFree = i;
            }
            if (c != '+' && c != '-') {
                lastUnsigned = i;
            }
            i++;
        } while (i < length && classOf(sql.charAt(i)) == OPERATOR && !beginsComment(i));
        runEnd = i;
        looked += i - at;
    }

    private void comment() {
        int depth = 1;
        int i = at + 2;
        while (i < length) {
            char c = sql.charAt(i);
            char next = i + 1 < length ? sql.charAt(i + 1) : '\0';
            if (c == '*' && next == '/') {
                i += 2;
                if (--depth == 0) {
                    if (sql.startsWith(HINT, at)) {
                        tokens.addHint(at, i);
                    }
                    if (TraceParent.mayBeIn(sql, at, i)) {
                        tokens.addTrace(at, i);
                    }
                    looked += i - at;
                    at = i;
                    return;
                }
            } else if (c == '/' && next == '*') {
                depth++;
                i += 2;
            } else {
                i++;
            }
        }
        emit(TokenKind.UNTERMINATED, length);
    }

    private int lineEnd(int from) {
        int i = from;
        while (i < length && sql.charAt(i) != '\n' && sql.charAt(i) != '\r') {
            i++;
        }
        return i;
    }

    private void emit(TokenKind kind, int end) {
        looked += end - at;
        tokens.add(kind, at, end);
        at = end;
    }

    private char peek(int ahead) {
        return at + ahead < length ? sql.charAt(at + ahead) : '\0';
    }

    private static byte classOf(char c) {
        return c < 128 ? CLASSES[c] : LETTER;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(char c) {
        byte k = classOf(c);
        return k == LETTER || k == DIGIT || c == '$';
    }

    private static boolean isRadixDigit(char c, char radix) {
        int r = switch (radix) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            default -> 2;
        };
        return c < 128 && Character.digit(c, r) >= 0;
    }
}
