package io.understudy.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads PostgreSQL's text form of a whole row, as record_out writes it: {@code (1,"a ""b""",,"")}. Nothing between commas is NULL. */
public final class RowText {
    /** Under these a row's text is the same on every server, and whoever asks for it. What captures rows, in the migrations, has them too. */
    public static final Map<String, String> SETTINGS = Map.of(
            "search_path",
            "pg_catalog, pg_temp",
            "DateStyle",
            "ISO, YMD",
            "TimeZone",
            "UTC",
            "IntervalStyle",
            "postgres",
            "extra_float_digits",
            "1",
            "bytea_output",
            "hex",
            "lc_monetary",
            "C",
            "xmloption",
            "content",
            "quote_all_identifiers",
            "off");

    private final String text;
    private int next = 1;

    private RowText(String text) {
        this.text = text;
    }

    /**
     * The row's fields.
     *
     * @param columns how many are expected; a row without columns and one with a single NULL look the same
     * @throws IllegalArgumentException if the text is not a row of so many fields
     */
    public static List<@Nullable String> fields(String text, int columns) {
        if (text.length() < 2 || text.charAt(0) != '(' || text.charAt(text.length() - 1) != ')') {
            throw new IllegalArgumentException("not a row");
        }
        List<@Nullable String> fields = new ArrayList<>(columns);
        if (columns > 0 || text.length() > 2) {
            RowText row = new RowText(text);
            do {
                fields.add(row.field());
            } while (row.next < text.length());
        }
        if (fields.size() != columns) {
            throw new IllegalArgumentException(
                    "a row of " + fields.size() + " fields where " + columns + " are expected");
        }
        return fields;
    }

    /** Reads up to the next comma, or to the closing parenthesis, and stands after it. */
    private @Nullable String field() {
        int end = text.length() - 1;
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        boolean quotesSeen = false;
        while (quoted || (next < end && text.charAt(next) != ',')) {
            if (next >= end) {
                throw new IllegalArgumentException("a row that ends inside quotes");
            }
            char c = text.charAt(next++);
            if (c == '\\') {
                if (next >= end) {
                    throw new IllegalArgumentException("a row that ends with an escape");
                }
                value.append(text.charAt(next++));
            } else if (c != '"') {
                value.append(c);
            } else if (quoted && next < end && text.charAt(next) == '"') {
                value.append('"');
                next++;
            } else {
                quoted = !quoted;
                quotesSeen = true;
            }
        }
        next++;
        return value.isEmpty() && !quotesSeen ? null : value.toString();
    }
}
