package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.backend.ServerError;
import io.understudy.execution.MasterTransactions;
import io.understudy.execution.WriteTransaction;
import io.understudy.log.SessionContext;
import java.io.IOException;

/** A backend in a session's hands for a statement or a transaction, and what it stands for. */
sealed interface Lease {
    Backend backend();

    /** A read-only session on some node's PostgreSQL. */
    record Reading(Backend backend, String node) implements Lease {}

    /** A connection to this node's PostgreSQL, the master's, inside a write transaction. */
    record Writing(Backend backend, WriteTransaction transaction) implements Lease {

        /** Role and settings under which a statement would run now. */
        SessionContext context() throws StatementFailure, BackendGone {
            try {
                return MasterTransactions.context(backend);
            } catch (ServerError e) {
                throw new StatementFailure(e.fields());
            } catch (IOException e) {
                throw new BackendGone(null, e);
            }
        }
    }

    /** A connection to the master's proxy. */
    record Relaying(Backend backend, String node) implements Lease {}
}
