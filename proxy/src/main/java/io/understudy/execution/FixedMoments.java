package io.understudy.execution;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.classification.Classification;
import io.understudy.classification.SpecialDates;
import io.understudy.log.SessionContext;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Literals in DDL that become a constant of the moment: {@code DEFAULT 'now'} of a timestamp, {@code FOR VALUES FROM ('today')}. A replica reads them at another moment, so the log gets the statement
 * with the moment written out.
 *
 * <p>Whether a literal is one of a date, and not of a text, its server tells: before the statement runs it is run twice with that literal changed, and undone. If with the moment written out it leaves
 * the same definitions in the catalog as it does afterwards, unchanged, and with another moment different ones, then that is what the literal meant. Two more runs for each such literal is a price
 * that only statements with such literals pay.
 */
final class FixedMoments {
    private static final int LITERALS_MAX = 16;

    private static final String NOW = """
            SELECT pg_catalog.to_char(pg_catalog.now(), 'YYYY-MM-DD HH24:MI:SS.USTZH:TZM'), pg_catalog.to_char(d, 'YYYY-MM-DD'),
                   pg_catalog.to_char(d + interval '1 day', 'YYYY-MM-DD'), pg_catalog.to_char(d - interval '1 day', 'YYYY-MM-DD')
              FROM pg_catalog.date_trunc('day', localtimestamp) AS d
            """;

    private static final String DEFINITIONS = "SELECT * FROM understudy.definitions($1)";
    private static final String SAVEPOINT = "SAVEPOINT \" understudy moment\"";
    private static final String BACK = "ROLLBACK TO SAVEPOINT \" understudy moment\"";
    private static final String RELEASE = "RELEASE SAVEPOINT \" understudy moment\"";

    /** As PostgreSQL shows a constant of such a type, an array or a range of them; the bounds of a partition are shown without their type. */
    private static final Pattern CONSTANT =
            Pattern.compile("'::(date|time|timestamp|ts|tstz|daterange|datemultirange)|^partition ");

    private static final Map<String, String> OTHER = Map.of(
            "now",
            "1999-01-01 00:00:00+00",
            "today",
            "1999-01-01",
            "tomorrow",
            "1999-01-02",
            "yesterday",
            "1998-12-31");

    private final SpecialDates literals;
    private final Map<String, String> moments;
    private @Nullable Set<String> asItIs;
    private final List<@Nullable Set<String>> asMoment = new ArrayList<>();
    private final List<@Nullable Set<String>> asOther = new ArrayList<>();

    private FixedMoments(SpecialDates literals, Map<String, String> moments) {
        this.literals = literals;
        this.moments = moments;
    }

    /** Tries the statement; nothing of that is left. @return what {@link #logged} then compares with; null if there is nothing to compare */
    static @Nullable FixedMoments before(
            Queries connection, String secret, Classification.Ddl ddl, String sql, SessionContext context)
            throws IOException, ServerError, CommitFailure {
        if (ddl.shared()
                || ddl.tag().equals("COMMENT")
                || ddl.rewritesRows() && ddl.tag().equals("CREATE TABLE")) {
            return null;
        }
        SpecialDates literals = SpecialDates.in(sql, context.standardStrings());
        if (literals.count() == 0) {
            return null;
        }
        if (literals.count() > LITERALS_MAX) {
            throw new CommitFailure(ErrorFields.error(
                    "0A000",
                    "more than " + LITERALS_MAX + " literals with the words now, today, tomorrow or yesterday in one "
                            + ddl.tag(),
                    "Write the dates themselves, or divide the statement."));
        }
        @Nullable String[] row = connection.query(NOW).getFirst();
        FixedMoments fixed = new FixedMoments(
                literals,
                Map.of(
                        "now", Objects.requireNonNull(row[0]),
                        "today", Objects.requireNonNull(row[1]),
                        "tomorrow", Objects.requireNonNull(row[2]),
                        "yesterday", Objects.requireNonNull(row[3])));
        if (ddl.tag().equals("CREATE MATERIALIZED VIEW")) {
            fixed.asItIs = tried(connection, secret, sql);
        }
        for (int i = 0; i < literals.count(); i++) {
            fixed.asMoment.add(tried(connection, secret, literals.with(List.of(i), fixed.moments)));
            fixed.asOther.add(tried(connection, secret, literals.with(List.of(i), OTHER)));
        }
        return fixed;
    }

    /**
     * The statement has run: what replicas are to run in its place.
     *
     * @throws CommitFailure 0A000 for a query that the server has read in an earlier transaction, as it does when a driver prepares it
     */
    String logged(Queries connection, String secret) throws IOException, ServerError, CommitFailure {
        Set<String> made = definitions(connection, secret);
        if (asItIs != null && !made.containsAll(asItIs)) {
            throw new CommitFailure(
                    ErrorFields.error(
                            "0A000",
                            "CREATE MATERIALIZED VIEW with a literal that meant the moment at which it was prepared cannot be replicated",
                            "Do not prepare it, or write now() or the date itself instead of 'now', 'today', 'tomorrow' and 'yesterday'."));
        }
        List<Integer> which = new ArrayList<>();
        for (int i = 0; i < literals.count(); i++) {
            Set<String> moment = asMoment.get(i);
            Set<String> other = asOther.get(i);
            if (moment != null && made.containsAll(moment) && (other == null || !made.containsAll(other))) {
                which.add(i);
            }
        }
        return literals.with(which, moments);
    }

    /** Of DDL inside functions, which cannot be tried: refuses what may hold such a literal. */
    static void refuseNested(Queries connection, String secret, String tag, String sql, SessionContext context)
            throws IOException, ServerError, CommitFailure {
        if (tag.equals("COMMENT")
                || tag.equals("CREATE TABLE AS")
                || SpecialDates.in(sql, context.standardStrings()).count() == 0) {
            return;
        }
        if (definitions(connection, secret).stream()
                .anyMatch(d -> CONSTANT.matcher(d).find())) {
            throw new CommitFailure(
                    ErrorFields.error(
                            "0A000",
                            tag
                                    + " inside a function cannot be replicated: a literal in it may mean the moment at which each node runs it",
                            "Write now() or the date itself instead of 'now', 'today', 'tomorrow' and 'yesterday', or run it as a statement of its own."));
        }
    }

    /** Null if it fails. */
    private static @Nullable Set<String> tried(Queries connection, String secret, String sql)
            throws IOException, ServerError {
        connection.query(SAVEPOINT);
        try {
            connection.query(sql);
            return definitions(connection, secret);
        } catch (ServerError e) {
            if (e.fields().isFatal()) {
                throw e;
            }
            return null;
        } finally {
            connection.query(BACK);
            connection.query(RELEASE);
        }
    }

    private static Set<String> definitions(Queries connection, String secret) throws IOException, ServerError {
        Set<String> found = new HashSet<>();
        for (@Nullable String[] row : connection.query(DEFINITIONS, secret)) {
            found.add(Objects.requireNonNull(row[0]));
        }
        return found;
    }
}
