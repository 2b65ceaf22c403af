package io.understudy.classification;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's account of what called what (PG_CONTEXT, in English), innermost frame first: the statement that was running in the innermost one. Pure. */
public final class CallStack {
    private static final String BEGIN = "SQL statement \"";
    private static final Pattern END = Pattern.compile("\"(?=\\z|\\n(?:PL/|SQL |COPY |[a-z]))");
    private static final Pattern OF_SQL_FUNCTION = Pattern.compile("SQL function \".*\" statement (\\d+)");

    private CallStack() {}

    /**
     * Finds the statement.
     *
     * @param frames the first line is the frame of the function that asked for them, and is passed over
     * @param body of the function, if the frame in question is one of a function in SQL
     * @param standardStrings the setting standard_conforming_strings, under which the statement was read
     * @return empty if it does not say
     */
    public static Optional<String> statement(String frames, Optional<String> body, boolean standardStrings) {
        int line = frames.indexOf('\n');
        if (line < 0) {
            return Optional.empty();
        }
        String inner = frames.substring(line + 1);
        if (inner.startsWith(BEGIN)) {
            return quoted(inner.substring(BEGIN.length()), standardStrings);
        }
        Matcher function = OF_SQL_FUNCTION.matcher(inner);
        return function.lookingAt()
                ? body.flatMap(b -> nth(b, standardStrings, Integer.parseInt(function.group(1))))
                : Optional.empty();
    }

    /** Its text is not escaped: it ends at the first quote that could be its end and leaves nothing open. */
    private static Optional<String> quoted(String text, boolean standardStrings) {
        Matcher end = END.matcher(text);
        while (end.find()) {
            String candidate = text.substring(0, end.start());
            if (isWhole(Lexer.lex(candidate, standardStrings))) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static boolean isWhole(Tokens t) {
        int open = 0;
        for (int i = 0; i < t.size(); i++) {
            if (t.kind(i) == TokenKind.UNTERMINATED) {
                return false;
            }
            if (t.isSign(i, '(')) {
                open++;
            } else if (t.isSign(i, ')')) {
                open--;
            }
        }
        return open == 0 && t.size() > 0;
    }

    private static Optional<String> nth(String body, boolean standardStrings, int number) {
        List<SqlStatement> statements = Classifier.split(body, standardStrings);
        return number <= statements.size()
                ? Optional.of(statements.get(number - 1).text())
                : Optional.empty();
    }
}
