package io.understudy.execution;

import io.understudy.backend.Backend;
import io.understudy.backend.ServerError;
import io.understudy.capture.Applied;
import io.understudy.replay.LeftOver;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** A transaction of this server whose entry is on its way: how its local half ends. Used by one thread at a time. */
sealed interface LocalTransaction {

    /** Its place in the log is known; its turn to commit has not come yet. */
    void accepted(Backend b, long index) throws IOException, ServerError;

    /** It commits, in its turn. */
    void commit(Backend b, long index) throws IOException, ServerError;

    /** After the next ones have had their turns. */
    void confirmed(Backend b, long index);

    /** It will not commit. */
    void rollback(Backend b) throws IOException, ServerError;

    /** The name under which the server keeps it, even without its connection. */
    Optional<String> prepared();

    /** Open in its session. Nothing but a lost server can keep it from committing. */
    final class Open implements LocalTransaction {
        private boolean inserted;

        @Override
        public void accepted(Backend b, long index) throws IOException, ServerError {
            b.query(Applied.INSERT, Long.toString(index));
            inserted = true;
        }

        @Override
        public void commit(Backend b, long index) throws IOException, ServerError {
            if (inserted) {
                b.query("COMMIT");
            } else {
                b.pipeline()
                        .add(Applied.INSERT, Long.toString(index))
                        .add("COMMIT")
                        .run();
            }
        }

        @Override
        public void confirmed(Backend b, long index) {}

        @Override
        public void rollback(Backend b) throws IOException, ServerError {
            b.query("ROLLBACK");
        }

        @Override
        public Optional<String> prepared() {
            return Optional.empty();
        }
    }

    /**
     * Prepared: the server has promised that it can commit, which a SERIALIZABLE transaction cannot be sure of before. It no longer belongs to its session, and outlives it.
     *
     * @param secret by which the node proves itself to its database
     */
    record Prepared(UUID token, String secret) implements LocalTransaction {
        private static final String DISABLED = "55000";
        private static final String CANCELED = "57014";
        private static final int ATTEMPTS_MAX = 50;
        private static final String NOT_SUPPORTED = "0A000";

        /**
         * Asks the server for that promise. Only that can fail, and then the transaction is over.
         *
         * @throws CommitFailure the server has no room for such transactions
         */
        static Prepared prepare(Backend b, UUID token, String secret) throws IOException, ServerError, CommitFailure {
            Prepared p = new Prepared(token, secret);
            b.query(Applied.INSERT_TOKEN, token.toString());
            try {
                b.query("PREPARE TRANSACTION " + p.literal());
                return p;
            } catch (ServerError e) {
                if (e.fields().sqlState().equals(DISABLED)) {
                    throw new CommitFailure(
                            ErrorFields.error(
                                    "0A000",
                                    "a SERIALIZABLE transaction that writes needs max_prepared_transactions, which is 0 on this node's PostgreSQL",
                                    "Set it on all nodes' PostgreSQL to as many as may commit at once, or use REPEATABLE READ."));
                }
                if (e.fields().sqlState().equals(NOT_SUPPORTED)) {
                    throw new CommitFailure(
                            ErrorFields.error(
                                    NOT_SUPPORTED,
                                    "a SERIALIZABLE transaction that writes cannot be committed here: "
                                            + e.fields().message(),
                                    "Use REPEATABLE READ for it, or do in a transaction of its own what cannot be prepared:"
                                            + " temporary objects, NOTIFY, cursors WITH HOLD, session-level advisory locks, exported snapshots."));
                }
                throw e;
            }
        }

        private String name() {
            return LeftOver.PREPARED_PREFIX + token;
        }

        private String literal() {
            return "'" + name() + "'";
        }

        @Override
        public void accepted(Backend b, long index) {}

        @Override
        public void commit(Backend b, long index) throws IOException, ServerError {
            for (int attempt = 1; ; attempt++) {
                try {
                    b.query("COMMIT PREPARED " + literal());
                    return;
                } catch (ServerError e) {
                    // By the client's own statement_timeout, which is back; it still is prepared.
                    if (!e.fields().sqlState().equals(CANCELED) || attempt == ATTEMPTS_MAX) {
                        throw e;
                    }
                }
            }
        }

        /** Nobody needs it in a hurry: until then it is found by its token. */
        @Override
        public void confirmed(Backend b, long index) {
            try {
                // by itself it would only read, as everything does that no client's transaction wraps
                b.pipeline()
                        .add("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
                        .add(Applied.PLACE, secret, token.toString(), Long.toString(index))
                        .add("COMMIT")
                        .run();
            } catch (IOException | ServerError e) {
                b.discard();
            }
        }

        @Override
        public void rollback(Backend b) throws IOException, ServerError {
            b.query("ROLLBACK PREPARED " + literal());
            // the session's settings were kept as if it had committed
            b.discard();
        }

        @Override
        public Optional<String> prepared() {
            return Optional.of(name());
        }
    }
}
