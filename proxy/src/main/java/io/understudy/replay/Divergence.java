package io.understudy.replay;

import java.io.Serial;

/** An entry does not fit this database. */
final class Divergence extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final String subject;
    private final String expected;
    private final String found;

    Divergence(String subject, String expected, String found) {
        super(subject + ": expected " + expected + ", found " + found);
        this.subject = subject;
        this.expected = expected;
        this.found = found;
    }

    static Divergence rows(Step step, long affected) {
        return new Divergence(step.subject(), step.rows() + " row(s)", affected + " row(s)");
    }

    ReplayOutcome.Diverged at(long index) {
        return new ReplayOutcome.Diverged(index, subject, expected, found);
    }
}
