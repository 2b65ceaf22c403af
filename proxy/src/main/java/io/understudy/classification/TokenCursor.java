package io.understudy.classification;

/** A place in a statement's tokens, for statements that are read word by word. */
final class TokenCursor {
    final Tokens t;
    final int to;
    int i;

    TokenCursor(Tokens t, int from, int to) {
        this.t = t;
        this.i = from;
        this.to = to;
    }

    boolean atEnd() {
        return i >= to;
    }

    boolean is(String word) {
        return i < to && t.is(i, word);
    }

    boolean is(String first, String second) {
        return is(first) && i + 1 < to && t.is(i + 1, second);
    }

    boolean isSign(char sign) {
        return i < to && t.isSign(i, sign);
    }

    /** Steps over that word if it is next. */
    boolean accept(String word) {
        if (is(word)) {
            i++;
            return true;
        }
        return false;
    }

    /** Steps over those words if they are next, all of them. */
    boolean accept(String... words) {
        for (int k = 0; k < words.length; k++) {
            if (i + k >= to || !t.is(i + k, words[k])) {
                return false;
            }
        }
        i += words.length;
        return true;
    }

    /** Steps over as many of those words as come. */
    void skipAny(String... words) {
        boolean again = true;
        while (again) {
            again = false;
            for (String w : words) {
                again |= accept(w);
            }
        }
    }

    /** The unquoted word here in lower case, or "". */
    String word() {
        return i < to && t.kind(i) == TokenKind.WORD ? t.word(i) : "";
    }

    /** The name here, stepped over; "" (and no step) if there is none. */
    String name() {
        return i < to && t.isName(i) ? t.name(i++) : "";
    }

    /** A possibly qualified name, stepped over. */
    Facts.Name qualifiedName() {
        String schema = "";
        String name = name();
        while (isSign('.') && i + 1 < to && t.isName(i + 1)) {
            i++;
            schema = name;
            name = name();
        }
        return new Facts.Name(schema, name);
    }

    /** Steps over a parenthesis and all in it, if one opens here. */
    void skipParentheses() {
        if (!isSign('(')) {
            return;
        }
        int depth = 0;
        while (i < to) {
            if (isSign('(')) {
                depth++;
            } else if (isSign(')') && --depth == 0) {
                i++;
                return;
            }
            i++;
        }
    }

    /** Whether that word stands anywhere from here on. */
    boolean ahead(String word) {
        for (int k = i; k < to; k++) {
            if (t.is(k, word)) {
                return true;
            }
        }
        return false;
    }

    /** Steps to that word before {@code end}, wherever it stands; stays if it does not come. */
    boolean seekInside(String word, int end) {
        for (int k = i; k < end; k++) {
            if (t.is(k, word)) {
                i = k;
                return true;
            }
        }
        return false;
    }

    /** Steps to that word outside parentheses; to the end if it does not come. */
    boolean seek(String word) {
        while (i < to && !is(word)) {
            if (isSign('(')) {
                skipParentheses();
            } else {
                i++;
            }
        }
        return i < to;
    }
}
