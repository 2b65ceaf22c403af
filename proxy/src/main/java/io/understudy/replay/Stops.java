package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Triggers and rules of a table's that work whatever the session's replication role is. What they did is in the log, or in the rows, already: they are stopped while rows are put there, for the rest of
 * the transaction. So are checks that might not hold for rows that are right, of the table and of domains that it has values of: those that are NOT VALID, and those over the time; and generated columns
 * whose expression might come to something else by now, which are given the values that they had. Functions and operators are read with their types. A materialized view is a table meanwhile.
 */
public final class Stops {
    private static final String UNSTOPPED = """
            SELECT 'TRIGGER ' || quote_ident(t.tgname), CASE t.tgenabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END
              FROM pg_trigger t
             WHERE t.tgrelid = to_regclass($1) AND t.tgenabled IN ('A', 'R') AND t.tgname NOT LIKE ' understudy%'
            UNION ALL
            SELECT 'RULE ' || quote_ident(w.rulename), CASE w.ev_enabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END
              FROM pg_rewrite w WHERE w.ev_class = to_regclass($1) AND w.ev_enabled IN ('A', 'R')
            """;

    private static final String DOUBTFUL = """
            SELECT understudy.doubtful_checks(to_regclass($1)::oid) OR understudy.signatures(to_regclass($1)::oid) IS NOT NULL, EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'm'),
                   (SELECT array_agg(d.type) FROM understudy.domains(to_regclass($1)::oid) d WHERE d.doubtful OR $2::boolean),
                   (SELECT array_agg(d.type) FROM understudy.domains(to_regclass($1)::oid) d WHERE d.not_null AND $2::boolean),
                   understudy.signatures(to_regclass($1)::oid)
            """;

    private static final String GENERATED = """
            SELECT a.attname FROM pg_attribute a JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
             WHERE a.attrelid = to_regclass($1) AND a.attgenerated = 's' AND NOT a.attisdropped AND ($2::boolean OR understudy.doubtful(e.adbin::text) OR understudy.signatures(a.attrelid) IS NOT NULL)
             ORDER BY 1
            """;

    private final String table;
    private final List<Stop> stops;
    private final Set<String> generated;
    private final boolean checks;
    private final boolean view;
    private final @Nullable String domains;
    private final @Nullable String notNull;
    private final @Nullable String signatures;

    /**
     * @param what kind and name in SQL
     * @param when in which sessions: ALWAYS or REPLICA
     */
    private record Stop(String what, String when) {}

    private Stops(String table, List<Stop> stops, Set<String> generated, @Nullable String[] facts) {
        this.table = table;
        this.stops = stops;
        this.generated = generated;
        this.checks = "t".equals(facts[0]);
        this.view = "t".equals(facts[1]);
        this.domains = facts[2];
        this.notNull = facts[3];
        this.signatures = facts[4];
    }

    /**
     * What must be stopped always. Constraints of domains that do nothing besides refusing a value are not: that is an error, and {@link #ofEveryDomain} is to be taken then.
     *
     * @param table schema and name in SQL
     */
    static Stops of(String table, Queries database) throws IOException, ServerError {
        return of(table, false, false, database);
    }

    /** For rows that some domain may refuse. */
    static Stops ofEveryDomain(String table, Queries database) throws IOException, ServerError {
        return of(table, true, false, database);
    }

    /**
     * All that could be stopped.
     *
     * @param table schema and name in SQL
     */
    public static Stops all(String table, Queries database) throws IOException, ServerError {
        return of(table, true, true, database);
    }

    private static Stops of(String table, boolean domains, boolean generated, Queries database)
            throws IOException, ServerError {
        List<Stop> stops = new ArrayList<>();
        for (var row : database.query(UNSTOPPED, table)) {
            stops.add(new Stop(String.valueOf(row[0]), String.valueOf(row[1])));
        }
        Set<String> columns = new TreeSet<>();
        for (var row : database.query(GENERATED, table, Boolean.toString(generated))) {
            columns.add(String.valueOf(row[0]));
        }
        return new Stops(
                table,
                stops,
                columns,
                database.query(DOUBTFUL, table, Boolean.toString(domains)).getFirst());
    }

    /** Names of generated columns that are to be given values meanwhile. */
    Set<String> generated() {
        return generated;
    }

    /** Stops them; empty if there are none. */
    public String pause() {
        return calls("pause", s -> "DISABLE " + s.what());
    }

    /** Takes that back; empty if there are none. */
    public String resume() {
        return calls("resume", s -> "ENABLE " + s.when() + " " + s.what());
    }

    private String calls(String verb, Function<Stop, String> how) {
        List<String> calls = new ArrayList<>();
        String name = Sql.literal(table) + "::pg_catalog.regclass";
        if (view) {
            calls.add("understudy.as_table(%s, %s)".formatted(name, verb.equals("pause")));
        }
        if (!generated.isEmpty()) {
            calls.add("understudy.%s_generated(%s, %s)"
                    .formatted(verb, name, Sql.literal(Sql.array(List.copyOf(generated)))));
        }
        if (domains != null || notNull != null) {
            calls.add("understudy.%s_domains(%s, %s)".formatted(verb, ids(domains), ids(notNull)));
        }
        if (signatures != null) {
            calls.add("understudy.%s_signatures(%s, %s)".formatted(verb, name, Sql.literal(signatures)));
        }
        String alter = alter(how);
        if (checks) {
            calls.add("understudy.%s_checks(%s, %s)".formatted(verb, name, Sql.literal(alter)));
        } else if (!alter.isEmpty()) {
            calls.add("understudy.quietly(%s)".formatted(Sql.literal(alter)));
        }
        return calls.isEmpty() ? "" : "SELECT " + String.join(", ", calls);
    }

    private static String ids(@Nullable String array) {
        return array == null ? "'{}'" : "'" + array + "'";
    }

    private String alter(Function<Stop, String> how) {
        return stops.isEmpty()
                ? ""
                : "ALTER TABLE ONLY " + table + " " + stops.stream().map(how).collect(Collectors.joining(", "));
    }
}
