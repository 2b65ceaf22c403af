package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
    private static final String UNPLACED =
            "SELECT token, xid FROM understudy.applied WHERE idx = 0 AND token IS NOT NULL";
    private static final String PRUNE = "DELETE FROM understudy.applied WHERE idx < $1::bigint";

    private AppliedRows() {}

    /** Asks the log about rows that clients' transactions have written. */
    @FunctionalInterface
    public interface Executed {
        /** The transaction of the entry at {@code index}; empty if that is none, or there is none. */
        Optional<Transaction> at(long index) throws IOException;
    }

    /**
     * A transaction in the log.
     *
     * @param token the transaction token
     * @param xid under which its master ran it
     */
    public record Transaction(UUID token, long xid) {}

    /** @return the highest index that counts, 0 if none does */
    public static long highest(Queries database, Executed executed) throws IOException, ServerError {
        return withUnplaced(database, executed, highestPlaced(database, executed));
    }

    /** Commits are in order: a prepared transaction that nobody has written the index of comes right after the others. */
    private static long withUnplaced(Queries database, Executed executed, long placed) throws IOException, ServerError {
        Set<Transaction> unplaced = new HashSet<>();
        for (@Nullable String[] row : database.query(UNPLACED)) {
            unplaced.add(new Transaction(UUID.fromString(String.valueOf(row[0])), number(row[1])));
        }
        long index = placed;
        while (!unplaced.isEmpty()
                && executed.at(index + 1).filter(unplaced::remove).isPresent()) {
            index++;
        }
        return index;
    }

    private static long highestPlaced(Queries database, Executed executed) throws IOException, ServerError {
        String belowIndex = Long.toString(Long.MAX_VALUE);
        String belowXid = "0";
        while (true) {
            List<@Nullable String[]> page = database.query(NEWEST_FIRST, belowIndex, belowXid);
            for (@Nullable String[] row : page) {
                long index = number(row[0]);
                if (APPLY_ROLE.equals(row[2]) || isOf(executed.at(index), number(row[1]))) {
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

    private static boolean isOf(Optional<Transaction> entry, long xid) {
        return entry.isPresent() && entry.get().xid() == xid;
    }

    /** In the open transaction, which has put the database into the state after {@code index}: that is its applied index from now on. */
    public static void restartAt(Queries database, long index) throws IOException, ServerError {
        database.query("DELETE FROM understudy.applied");
        database.query(INSERT, Long.toString(index));
    }

    /** Removes the rows before {@code index}, and writes that one, which may have no place yet. What was committed before is durable then, here and in its effects. */
    static void prune(Queries database, long index) throws IOException, ServerError {
        database.pipeline()
                .add("BEGIN")
                .add("SET LOCAL synchronous_commit = on")
                .add(INSERT, Long.toString(index))
                .add(PRUNE, Long.toString(index))
                .add("COMMIT")
                .run();
    }

    private static long number(@Nullable String text) {
        return text == null ? 0 : Long.parseUnsignedLong(text);
    }
}
