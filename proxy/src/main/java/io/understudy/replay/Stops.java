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
 * the transaction. So are checks that might not hold for rows that are right: those that are NOT VALID, and those over the time.
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

    private static final String DOUBTFUL = "SELECT understudy.doubtful_checks(to_regclass($1)::oid)";

    private final String table;
    private final List<Stop> stops;
    private final boolean checks;

    /**
     * @param what kind and name in SQL
     * @param when in which sessions: ALWAYS or REPLICA
     */
    private record Stop(String what, String when) {}

    private Stops(String table, List<Stop> stops, boolean checks) {
        this.table = table;
        this.stops = stops;
        this.checks = checks;
    }

    /** @param table schema and name in SQL */
    public static Stops of(String table, Queries database) throws IOException, ServerError {
        List<Stop> stops = new ArrayList<>();
        for (var row : database.query(UNSTOPPED, table)) {
            stops.add(new Stop(String.valueOf(row[0]), String.valueOf(row[1])));
        }
        return new Stops(
                table, stops, "t".equals(database.query(DOUBTFUL, table).getFirst()[0]));
    }

    /** Stops them; empty if there are none. */
    public String pause() {
        return withChecks("pause", alter(s -> "DISABLE " + s.what()));
    }

    /** Takes that back; empty if there are none. */
    public String resume() {
        return withChecks("resume", alter(s -> "ENABLE " + s.when() + " " + s.what()));
    }

    private String withChecks(String verb, String alter) {
        return checks
                ? "SELECT understudy.%s_checks(%s::pg_catalog.regclass, %s)"
                        .formatted(verb, Sql.literal(table), Sql.literal(alter))
                : alter;
    }

    private String alter(Function<Stop, String> how) {
        return stops.isEmpty()
                ? ""
                : "ALTER TABLE ONLY " + table + " " + stops.stream().map(how).collect(Collectors.joining(", "));
    }
}
