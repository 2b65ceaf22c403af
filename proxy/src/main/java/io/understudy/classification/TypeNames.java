package io.understudy.classification;

/** Passes over the name of a type, as it stands behind :: or in CAST(… AS …). */
final class TypeNames {
    private TypeNames() {}

    /** @return index of the token behind the type name that begins at {@code i} */
    static int skip(Tokens t, int i, int end) {
        int at = t.is(i, "setof") ? i + 1 : i;
        if (at >= end || !t.isName(at)) {
            return at;
        }
        String first = t.kind(at) == TokenKind.WORD ? t.word(at) : "";
        at++;
        switch (first) {
            case "double" -> at = t.is(at, "precision") ? at + 1 : at;
            case "national" -> {
                at++;
                at = t.is(at, "varying") ? at + 1 : at;
            }
            case "character", "char", "nchar", "bit" -> at = t.is(at, "varying") ? at + 1 : at;
            case "interval" -> at = interval(t, at);
            default -> {
                while (t.isSign(at, '.') && t.isName(at + 1)) {
                    at += 2;
                }
            }
        }
        at = parentheses(t, at, end);
        if (first.equals("timestamp") || first.equals("time")) {
            if ((t.is(at, "with") || t.is(at, "without")) && t.is(at + 1, "time") && t.is(at + 2, "zone")) {
                at += 3;
            }
        }
        return array(t, at, end);
    }

    /** Passes over the fields behind INTERVAL, as in YEAR TO MONTH or SECOND(3). */
    static int interval(Tokens t, int i) {
        int at = i;
        while (isField(t, at) || t.is(at, "to") && isField(t, at + 1)) {
            at++;
        }
        return at;
    }

    private static boolean isField(Tokens t, int i) {
        return t.is(i, "year")
                || t.is(i, "month")
                || t.is(i, "day")
                || t.is(i, "hour")
                || t.is(i, "minute")
                || t.is(i, "second");
    }

    private static int parentheses(Tokens t, int i, int end) {
        if (!t.isSign(i, '(')) {
            return i;
        }
        int at = i + 1;
        while (at < end && !t.isSign(at, ')')) {
            at++;
        }
        return Math.min(at + 1, end);
    }

    private static int array(Tokens t, int i, int end) {
        int at = t.is(i, "array") ? i + 1 : i;
        while (at < end && t.isSign(at, '[')) {
            int close = t.isSign(at + 1, ']') ? at + 1 : at + 2;
            if (!t.isSign(close, ']') || close == at + 2 && t.kind(at + 1) != TokenKind.INTEGER) {
                return at;
            }
            at = close + 1;
        }
        return at;
    }
}
