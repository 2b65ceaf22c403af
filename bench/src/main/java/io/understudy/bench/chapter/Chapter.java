package io.understudy.bench.chapter;

import io.understudy.bench.figure.Findings;
import io.understudy.bench.report.Report.Heading;

/** A chapter of the report: one question, and how it is measured. */
public interface Chapter {

    /** What readers and the command line know it by. */
    Heading heading();

    /** Whether it measures all contenders side by side; others have the machine for themselves. */
    default boolean sideBySide() {
        return false;
    }

    /**
     * Measures.
     *
     * @throws Exception if anything makes the figures worthless; nothing is kept then
     */
    void run(Lab lab, Findings findings) throws Exception;
}
