package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Triggers and rules of a table's that work whatever the session's replication role is. What they did is in the log, or in the rows, already: they are stopped while rows are put there, for the rest of
 * the transaction. So are checks that might not hold for rows that are right: those that are NOT VALID, and those over the time. A materialized view is a table meanwhile.
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
            SELECT understudy.doubtful_checks(to_regclass($1)::oid), EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'm')
            """;

    private final String table;
    private final List<Stop> stops;
    private final boolean checks;
    private final boolean view;

    /**
     * @param what kind and name in SQL
     * @param when in which sessions: ALWAYS or REPLICA
     */
    private record Stop(String what, String when) {}

    private Stops(String table, List<Stop> stops, boolean checks, boolean view) {
        this.table = table;
        this.stops = stops;
        this.checks = checks;
        this.view = view;
    }

    /** @param table schema and name in SQL */
    public static Stops of(String table, Queries database) throws IOException, ServerError {
        List<Stop> stops = new ArrayList<>();
        for (var row : database.query(UNSTOPPED, table)) {
            stops.add(new Stop(String.valueOf(row[0]), String.valueOf(row[1])));
        }
        var facts = database.query(DOUBTFUL, table).getFirst();
        return new Stops(table, stops, "t".equals(facts[0]), "t".equals(facts[1]));
    }

    /** Stops them; empty if there are none. */
    public String pause() {
        return view ? asTable(true) : withChecks("pause", alter(s -> "DISABLE " + s.what()));
    }

    /** Takes that back; empty if there are none. */
    public String resume() {
        return view ? asTable(false) : withChecks("resume", alter(s -> "ENABLE " + s.when() + " " + s.what()));
    }

    private String asTable(boolean is) {
        return "SELECT understudy.as_table(%s::pg_catalog.regclass, %s)".formatted(Sql.literal(table), is);
    }

    private String withChecks(String verb, String alter) {
        return checks
                ? "SELECT understudy.%s_checks(%s::pg_catalog.regclass, %s)"
                        .formatted(verb, Sql.literal(table), Sql.literal(alter))
                : alter.isEmpty() ? "" : "SELECT understudy.quietly(%s)".formatted(Sql.literal(alter));
    }

    private String alter(Function<Stop, String> how) {
        return stops.isEmpty()
                ? ""
                : "ALTER TABLE ONLY " + table + " " + stops.stream().map(how).collect(Collectors.joining(", "));
    }
}
