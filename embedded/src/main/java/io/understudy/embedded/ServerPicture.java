package io.understudy.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * All that a server holds of what clients can see, asked from the server itself: every row, every sequence's position, and every object in the catalog by what it is and not by its number.
 *
 * @param lines how often each is there, such as {@code row of s.t: (1,a)}
 */
public record ServerPicture(Map<String, Integer> lines) {
    private static final int EXAMPLES_MAX = 8;
    private static final int EXAMPLE_CHARS_MAX = 300;
    private static final String MINE = """
            with mine as materialized (select oid, nspname from pg_namespace
              where nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'understudy') and nspname !~ '^pg_(toast_)?temp_')
            """;
    private static final String RELATIONS = MINE + """
            select c.oid::regclass::text, c.relkind::text from pg_class c
             where c.relnamespace in (select oid from mine) and c.relkind in ('r', 'S', 'm') and (c.relkind <> 'm' or c.relispopulated) order by 1
            """;
    private static final List<String> CATALOG = catalog();

    public ServerPicture {
        lines = Map.copyOf(lines);
    }

    /**
     * Of one moment.
     *
     * @param connection a superuser's, to the server itself; its session is of no further use to anybody who cares for settings
     */
    public static ServerPicture of(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        Map<String, Integer> lines = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set search_path to pg_catalog");
            statement.execute("set timezone to 'UTC'");
            List<String[]> relations = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(RELATIONS)) {
                while (rows.next()) {
                    relations.add(new String[] {rows.getString(1), rows.getString(2)});
                }
            }
            for (String[] relation : relations) {
                String name = relation[0];
                String sql = relation[1].equals("S")
                        ? "select 'position of " + name.replace("'", "''")
                                + ": ' || last_value || ' ' || is_called from " + name
                        : "select 'row of ' || tableoid::regclass || ': ' || textin(record_out(t.*)) from only " + name
                                + " t";
                add(lines, statement, relation[1].equals("m") ? sql.replace("from only", "from") : sql);
            }
            for (String sql : CATALOG) {
                add(lines, statement, MINE + sql);
            }
        }
        connection.rollback();
        return new ServerPicture(lines);
    }

    /** What another server has differently, for people; empty if nothing. */
    public List<String> differences(String own, String other, ServerPicture of) {
        List<String> findings = new ArrayList<>();
        add(findings, own, other, lines, of.lines);
        add(findings, other, own, of.lines, lines);
        return findings;
    }

    private static void add(
            List<String> findings, String one, String other, Map<String, Integer> ofOne, Map<String, Integer> ofOther) {
        List<String> more = ofOne.entrySet().stream()
                .filter(line -> line.getValue() > ofOther.getOrDefault(line.getKey(), 0))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        more.stream()
                .limit(EXAMPLES_MAX)
                .forEach(line -> findings.add("only on " + one + ", not on " + other + ": "
                        + (line.length() > EXAMPLE_CHARS_MAX ? line.substring(0, EXAMPLE_CHARS_MAX) + "…" : line)));
        if (more.size() > EXAMPLES_MAX) {
            findings.add("only on " + one + ", not on " + other + ": and " + (more.size() - EXAMPLES_MAX) + " more");
        }
    }

    private static void add(Map<String, Integer> lines, Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String line = rows.getString(1);
                if (line == null) {
                    throw new SQLException("a line is null, so that nothing would be compared: " + sql);
                }
                lines.merge(line, 1, Integer::sum);
            }
        }
    }

    private static List<String> catalog() {
        try (InputStream file =
                Objects.requireNonNull(ServerPicture.class.getResourceAsStream("catalog.sql"), "catalog.sql")) {
            return List.of(new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
