package io.understudy.replay;

import io.understudy.log.VerificationScope;
import java.util.UUID;

/** What the rest of the node wants to know of the loop. Must return soon; called by the loop's threads. */
public interface ApplyListener {

    /** The log says who is master from here on: whoever is not must stop proposing now. By the judging thread, ahead of what is applied. */
    void assigned(Mastership mastership);

    /** Everything up to and including that assignment is applied: the new master may open. Also told once at start, for the current one. */
    void assignmentApplied(Mastership mastership);

    /** Everything before {@code index} is committed and nothing after it: the moment to take a snapshot. The loop waits. */
    void verificationPoint(UUID point, long index, VerificationScope scope);

    /** DDL is about to be replayed; {@link #schemaChanged} follows in any case. */
    void schemaChanges();

    /** DDL was replayed: what the database says about itself has changed. */
    void schemaChanged();

    /** The database has everything up to {@code index} for good, whatever becomes of its server. Now and then. */
    void durable(long index);

    /** By the loop's thread, when it changes. */
    void state(LoopState state);
}
