package io.understudy.family;

import java.util.ArrayList;
import java.util.List;

/**
 * SQL as families write it: a statement ends with a line that ends with a semicolon, except inside {@code $$}; several on one line are one query string.
 *
 * <pre>{@code
 * insert into t values (?, ?);
 * \bind int4 {client} | text it's
 * select 1 / 0;
 * \error 22012
 * copy t from stdin;
 * 1	a
 * \.
 * copy t to stdout (format binary);
 * \into copy u from stdin (format binary)
 * }</pre>
 *
 * {client} is the client's number from 1, {i} the round from 1; {repeat 3 c# int} is c1 int, c2 int, c3 int.
 */
final class Script {

    /** What a client does. */
    sealed interface Act {
        String sql();
    }

    /** @param error SQLSTATE with which it must fail; empty: it must not */
    record Statement(String sql, List<String> parameters, String error) implements Act {}

    record CopyIn(String sql, String data, String error) implements Act {}

    /** What comes out of one COPY goes into another one, if that is not empty. */
    record CopyOut(String sql, String into) implements Act {}

    private Script() {}

    static List<Act> parse(List<String> lines) {
        List<Act> acts = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("\\")) {
                acts.add(instructed(acts.removeLast(), line));
                continue;
            }
            statement.append(line).append('\n');
            String so = statement.toString().strip();
            if (!line.stripTrailing().endsWith(";") || isOpen(so)) {
                continue;
            }
            statement.setLength(0);
            String sql = so.substring(0, so.length() - 1);
            if (sql.matches("(?is)copy\\b.*\\bfrom\\s+stdin\\b.*")) {
                int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("\\.");
                String data = String.join("\n", lines.subList(i + 1, end));
                acts.add(new CopyIn(sql, data.isEmpty() ? "" : data + "\n", ""));
                i = end;
            } else if (sql.matches("(?is)copy\\b.*\\bto\\s+stdout\\b.*")) {
                acts.add(new CopyOut(sql, ""));
            } else {
                acts.add(new Statement(sql, List.of(), ""));
            }
        }
        if (!statement.toString().isBlank()) {
            throw new IllegalArgumentException("no semicolon at the end of: " + statement);
        }
        return List.copyOf(acts);
    }

    private static boolean isOpen(String sql) {
        return (sql.length() - sql.replace("$$", "").length()) / 2 % 2 == 1;
    }

    private static Act instructed(Act act, String line) {
        String word = line.split(" ", 2)[0];
        String rest = line.substring(word.length()).strip();
        return switch (act) {
            case Statement s
            when word.equals("\\bind") -> new Statement(s.sql(), List.of(rest.split(" *\\| *")), s.error());
            case Statement s when word.equals("\\error") -> new Statement(s.sql(), s.parameters(), rest);
            case CopyIn c when word.equals("\\error") -> new CopyIn(c.sql(), c.data(), rest);
            case CopyOut c when word.equals("\\into") -> new CopyOut(c.sql(), rest);
            default -> throw new IllegalArgumentException(line + " after " + act);
        };
    }
}
