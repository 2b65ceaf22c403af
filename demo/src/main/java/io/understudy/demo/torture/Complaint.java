package io.understudy.demo.torture;

import java.sql.SQLException;
import java.util.Set;

/** Which errors a client of a sound database may get for what it sends here. */
final class Complaint {
    /** Data, constraints, transactions, names, locks, limits set by the client, and the application's own RAISE. */
    private static final Set<String> EXPECTED_CLASSES = Set.of(
            "0A", "0L", "21", "22", "23", "24", "25", "26", "27", "2B", "34", "3B", "3F", "40", "42", "44", "P0");

    private static final Set<String> EXPECTED = Set.of(
            "55000" /* object not in prerequisite state */,
            "55006" /* in use */,
            "55P03" /* lock not available */,
            "55P04" /* new enum value not committed */,
            "57014" /* statement_timeout */);

    private Complaint() {}

    static boolean isExpected(SQLException e) {
        String state = state(e);
        if (isStaleDescription(e) || isRaceInCatalog(e) || isTooLongForAnIndex(e)) {
            return true;
        }
        // No client here asks for a read-only transaction.
        if (state.equals("25006")
                || state.equals("55000") && String.valueOf(e.getMessage()).contains("sealed")) {
            return false;
        }
        return EXPECTED.contains(state)
                || !state.equals("25006") && state.length() == 5 && EXPECTED_CLASSES.contains(state.substring(0, 2));
    }

    /** Whether the connection is of no more use. */
    static boolean isFatal(SQLException e) {
        return (state(e).startsWith("08") && !isStaleDescription(e)) || state(e).equals("57P01");
    }

    /** Two GRANTs on one object, say: the second one to come finds its catalog row changed, and PostgreSQL calls that an internal error. */
    private static boolean isRaceInCatalog(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return state(e).equals("XX000")
                && (message.contains("tuple concurrently updated")
                        || message.contains("tuple concurrently deleted")
                        || message.contains("could not find tuple for constraint"));
    }

    /** Texts that triggers make longer each time. */
    private static boolean isTooLongForAnIndex(SQLException e) {
        return state(e).equals("54000") && String.valueOf(e.getMessage()).contains("index row size");
    }

    /** The driver remembers how many columns a statement gave, and somebody has changed the table since. */
    private static boolean isStaleDescription(SQLException e) {
        return state(e).equals("08P01") && String.valueOf(e.getMessage()).contains("result formats");
    }

    static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
