package io.understudy.classification;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * String literals of a statement that may mean the moment at which they are read: 'now', 'today 10:00', '{yesterday,tomorrow}'. Which of them are of a date or time type, and which are just text, only
 * the server knows.
 */
public final class SpecialDates {
    /** A body of code is no such literal, and is long. */
    private static final int DOLLAR_QUOTED_MAX = 64;

    private static final Pattern WORDS =
            Pattern.compile("(?<![a-z0-9_])(now|today|tomorrow|yesterday)(?![a-z0-9_])", Pattern.CASE_INSENSITIVE);

    private final String sql;
    private final List<SqlStatement.Literal> literals;

    private SpecialDates(String sql, List<SqlStatement.Literal> literals) {
        this.sql = sql;
        this.literals = literals;
    }

    /** @param sql one statement, as {@link SqlStatement#text} gives it */
    public static SpecialDates in(String sql, boolean standardConformingStrings) {
        if (!WORDS.matcher(sql).find()) {
            return new SpecialDates(sql, List.of());
        }
        List<SqlStatement.Literal> found = new ArrayList<>();
        for (SqlStatement s : Classifier.split(sql, standardConformingStrings)) {
            for (SqlStatement.Literal l : s.literals()) {
                boolean code = l.text().startsWith("$") && l.text().length() > DOLLAR_QUOTED_MAX;
                if (!code && WORDS.matcher(l.text()).find()) {
                    found.add(new SqlStatement.Literal(s.offset() + l.start(), s.offset() + l.end(), l.text()));
                }
            }
        }
        return new SpecialDates(sql, List.copyOf(found));
    }

    public int count() {
        return literals.size();
    }

    /**
     * The statement with some of its literals saying when that is.
     *
     * @param which of the literals, by number
     * @param moments what now, today, tomorrow and yesterday are
     */
    public String with(List<Integer> which, Map<String, String> moments) {
        StringBuilder changed = new StringBuilder();
        int from = 0;
        for (int i : which) {
            SqlStatement.Literal l = literals.get(i);
            changed.append(sql, from, l.start());
            Matcher m = WORDS.matcher(l.text());
            changed.append(m.replaceAll(w -> moments.getOrDefault(w.group().toLowerCase(Locale.ROOT), w.group())));
            from = l.end();
        }
        return changed.append(sql, from, sql.length()).toString();
    }
}
