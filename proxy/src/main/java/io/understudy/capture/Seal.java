package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends what a transaction may change and tells what it changed, on the client's own connection, after its last statement and before its entry is appended.
 *
 * <h2>Cost</h2>
 * One round trip; one more, seldom several, where deferrable constraints exist.
 *
 * <h2>Failure</h2>
 * Any ServerError leaves the transaction failed: it is to be rolled back, and the error is the client's: a deferred constraint that does not hold, or 54000 for a transaction
 * with a row too large to be replicated.
 *
 * <h2>Threads</h2>
 * Immutable; safe for use by many threads, each with its own connection.
 */
public final class Seal {
    /** Which sequences to look at. */
    public enum Sequences {
        NONE,
        /** Those that serve columns of the changed tables: enough where nothing else can have called nextval or setval. */
        TOUCHED,
        ALL
    }

    private static final int SETTLE_ROUNDS_MAX = 20;
    private static final String SEAL = seal("");
    private static final String SEAL_AND_MOMENT = seal(headOnly(Moment.SQL));
    private static final String NESTED = "SELECT * FROM understudy.take_nested_ddl($1)";
    private static final String NESTED_SHAPES = "SELECT * FROM understudy.take_shapes($1)";
    private static final String REMEMBER =
            "SELECT pg_catalog.set_config('understudy.changes', understudy.changes()::pg_catalog.text, true)";
    private static final String FIRE = "SET CONSTRAINTS ALL IMMEDIATE";
    private static final String MOVED = "SELECT 1 WHERE understudy.changes()::pg_catalog.text"
            + " OPERATOR(pg_catalog.<>) pg_catalog.current_setting('understudy.changes')";

    private static String seal(String more) {
        return "SELECT s.*" + headOnly("pg_catalog.current_setting('transaction_isolation')") + more
                + " FROM understudy.seal($1, $2, $3, $4) AS s";
    }

    private static String headOnly(String expression) {
        return ", CASE WHEN s.kind OPERATOR(pg_catalog.=) 'x' THEN " + expression + " END";
    }

    private final String secret;
    private final Limits limits;

    /**
     * Bounds on what a transaction changed, in bytes of images.
     *
     * @param answerMaxBytes all that is read at once; what is more is {@link Sealed.Large}
     * @param rowMaxBytes of one image of one row; what is more is refused
     * @param pieceBytes how much of a large transaction is read at a time, about
     */
    public record Limits(long answerMaxBytes, long rowMaxBytes, long pieceBytes) {
        public Limits {
            if (answerMaxBytes <= 0 || rowMaxBytes <= 0 || pieceBytes <= 0) {
                throw new IllegalArgumentException(
                        "limits must be positive: " + answerMaxBytes + ", " + rowMaxBytes + ", " + pieceBytes);
            }
        }
    }

    /** @param secret as {@link Secret} stored it */
    public Seal(String secret, Limits limits) {
        this.secret = secret;
        this.limits = limits;
    }

    /**
     * Seals the transaction the connection is in.
     *
     * @param moment whether to ask for {@link Sealed#moment} too
     * @param deferrable whether a deferrable constraint may exist: by the catalog, or because the transaction itself ran DDL
     */
    public Sealed seal(Queries connection, boolean moment, boolean deferrable, Sequences sequences)
            throws IOException, ServerError {
        if (deferrable) {
            settle(connection);
        }
        List<@Nullable String[]> answer = connection.query(
                moment ? SEAL_AND_MOMENT : SEAL,
                secret,
                Long.toString(limits.answerMaxBytes()),
                Long.toString(limits.rowMaxBytes()),
                switch (sequences) {
                    case NONE -> "none";
                    case TOUCHED -> "touched";
                    case ALL -> "all";
                });
        return SealAnswer.read(answer);
    }

    /**
     * Begins to read what a sealed transaction changed that was too much for the seal's answer.
     *
     * @param shapes of {@link Sealed#tables}, read on the transaction's own connection
     * @param cuts the DDL that is in the log, sorted by its moment
     */
    public LargeCapture large(Queries connection, Shapes shapes, List<NetChanges.Cut> cuts)
            throws IOException, ServerError, StaleShapeException {
        return LargeCapture.begin(connection, secret, limits.pieceBytes(), shapes, cuts);
    }

    /**
     * What ran inside functions; to be asked for once the transaction is sealed, if any of its DDL is nested.
     *
     * @param shapes learns what the tables looked like before
     * @param settled whether deferrable constraints were taken into account by the seal; if not they are checked now
     * @return one for each of {@link Sealed#nestedDdl}, in their order
     */
    public List<NestedDdl> nested(Queries connection, ShapesAtCut shapes, boolean settled)
            throws IOException, ServerError {
        if (!settled) {
            connection.pipeline().add(FIRE).run();
        }
        shapes.beforeNestedDdl(connection.query(NESTED_SHAPES, secret));
        return connection.query(NESTED, secret).stream().map(NestedDdl::read).toList();
    }

    /** What is so of roles, as the transaction sees it. */
    public List<RoleLine> roles(Queries connection) throws IOException, ServerError {
        return RoleLine.read(connection, secret);
    }

    /** Deferred triggers run now. They may change rows and defer again, so until nothing moves; what still comes later is stopped by the seal. */
    private static void settle(Queries connection) throws IOException, ServerError {
        for (int round = 0; round < SETTLE_ROUNDS_MAX; round++) {
            long[] rows =
                    connection.pipeline().add(REMEMBER).add(FIRE).add(MOVED).run();
            if (rows[2] == 0) {
                return;
            }
        }
    }
}
