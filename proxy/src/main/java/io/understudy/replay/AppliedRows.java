package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code understudy.applied}: which entries this database has.
 *
 * <p>Anyone may insert one, so a row by a client counts only if its transaction is the one that the log's entry names.
 */
public final class AppliedRows {
    static final String INSERT = "INSERT INTO understudy.applied(idx) VALUES ($1::bigint)";
    static final String APPLY_ROLE = "understudy_apply";

    private static final int PAGE = 1000;
    private static final String NEWEST_FIRST =
            "SELECT idx, xid, by FROM understudy.applied WHERE (idx, xid) < ($1::bigint, $2::xid8) AND idx > 0"
                    + " GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2 DESC LIMIT " + PAGE;
    private static final String PRUNE = "DELETE FROM understudy.applied WHERE idx < $1::bigint";

    private AppliedRows() {}

    /** Asks the log about a row that a client's transaction has written. */
    @FunctionalInterface
    public interface Counting {
        /** Whether the entry at {@code index} is a transaction that was executed under {@code xid} in this node's PostgreSQL. */
        boolean counts(long index, long xid) throws IOException;
    }

    /** @return the highest index that counts, 0 if none does */
    static long highest(Queries database, Counting counting) throws IOException, ServerError {
        String belowIndex = Long.toString(Long.MAX_VALUE);
        String belowXid = "0";
        while (true) {
            List<@Nullable String[]> page = database.query(NEWEST_FIRST, belowIndex, belowXid);
            for (@Nullable String[] row : page) {
                long index = number(row[0]);
                if (APPLY_ROLE.equals(row[2]) || counting.counts(index, number(row[1]))) {
                    return index;
                }
                belowIndex = String.valueOf(row[0]);
                belowXid = String.valueOf(row[1]);
            }
            if (page.size() < PAGE) {
                return 0;
            }
        }
    }

    /** Removes the rows before {@code index}, whose own row stays. What was committed before is durable then, here and in its effects. */
    static void prune(Queries database, long index) throws IOException, ServerError {
        database.pipeline()
                .add("BEGIN")
                .add("SET LOCAL synchronous_commit = on")
                .add(PRUNE, Long.toString(index))
                .add("COMMIT")
                .run();
    }

    private static long number(@Nullable String text) {
        return text == null ? 0 : Long.parseUnsignedLong(text);
    }
}
