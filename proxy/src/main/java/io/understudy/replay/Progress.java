package io.understudy.replay;

/** Told about local commits, in index order, by the thread that makes them. */
public interface Progress {

    /** A COMMIT that makes everything up to {@code index} visible is about to be sent: from now on reads may see it. */
    void committing(long index);

    /** Everything up to {@code index} is committed locally. */
    void committed(long index);
}
