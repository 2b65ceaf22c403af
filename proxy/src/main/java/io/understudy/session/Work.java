package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.classification.Classification;
import io.understudy.classification.SqlStatement;
import io.understudy.route.Hint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Something to send to a backend and to understand the answers of: one simple statement, or a run of extended messages. */
interface Work {
    /** What decides the place: of several statements the one that needs the master most. */
    Classification decisive();

    /** About how many bytes {@link #write} writes. */
    long bytes();

    /** Decides what is sent to that backend and notes what is owed in return. */
    void plan(Backend backend, Answers answers) throws IOException;

    /** Writes it; nothing is flushed. After {@link #plan} for the same backend. */
    void write(Backend backend) throws IOException;

    /**
     * What a server says went wrong, in terms of what the client sent.
     *
     * @param frame the server's ErrorResponse
     * @param kind of the answer that it came instead of, see {@link Answers}
     * @param about see {@link Answers#about}
     */
    default byte[] error(byte[] frame, byte kind, long about) {
        return frame;
    }

    /**
     * A server found that what was prepared does not fit any more: whoever prepares it again must be given a new one.
     *
     * @param about see {@link Answers#about}
     */
    default void outdated(Backend backend, long about) {}

    /** It has run without an error: what the session must remember. */
    void ran(Lease lease, Relay.Watch watch);

    /** Of the oldest catalog that any of it was classified by. */
    long catalogVersion();

    /** The statement if it is DDL, which always travels alone. */
    Optional<String> ddl();

    /** Every statement in it. */
    List<SqlStatement> statements();

    /** Where its comments say that it reads. */
    default Hint hint() throws StatementFailure {
        Hint hint = Hint.of(statements());
        if (hint instanceof Hint.Bad bad) {
            throw new StatementFailure("22023", bad.why(), "");
        }
        return hint;
    }

    /** Tells what of it is executed, once for each execution. */
    default void executed(MeasuredRuns to) {
        for (SqlStatement s : statements()) {
            to.add(s, decisive());
        }
    }

    /** Whether it is all there is to its query string or Sync, so that it can be a transaction of its own. */
    boolean alone();

    /** Whether nothing of it is executed or described: statements are prepared or closed. */
    default boolean preparesOnly() {
        return false;
    }

    /** Whether its completion is the last thing its client sees before the commit that it stands for (simple query). */
    boolean completesQuery();
}
