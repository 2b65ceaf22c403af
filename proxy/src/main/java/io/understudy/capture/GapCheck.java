package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Invariant I5 on the master: a transaction is appended only if none of those that were being appended before it has been lost. To be asked on the transaction's own
 * connection, after it registered itself and after it took its last lock: PostgreSQL records an abort before it lets the locks go.
 */
public final class GapCheck {
    /** One parameter, see {@link #parameter}; returns (and its command tag counts) a row if one of the transactions is aborted. */
    public static final String SQL = "SELECT 1 FROM pg_catalog.unnest($1::pg_catalog.xid8[]) AS x(id)"
            + " WHERE pg_catalog.pg_xact_status(x.id) OPERATOR(pg_catalog.=) 'aborted' LIMIT 1";

    private GapCheck() {}

    /** The ids as {@link #SQL} takes them. */
    public static String parameter(Collection<Long> xids) {
        return xids.stream().map(Long::toUnsignedString).collect(Collectors.joining(",", "{", "}"));
    }

    /** Whether any of these transactions (registered as appending by others) is aborted: then the one asking gets 40001. */
    public static boolean aborted(Queries connection, Collection<Long> xids) throws IOException, ServerError {
        return !xids.isEmpty() && !connection.query(SQL, parameter(xids)).isEmpty();
    }
}
