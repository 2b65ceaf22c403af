package io.understudy.demo.workload;

import java.util.List;
import java.util.Random;

/** One kind of things that clients do. Has no state: what it is about is in the database. */
interface Workload {
    /** Makes its tables and what is in them in the beginning. */
    List<String> setUp();

    /**
     * The next transaction.
     *
     * @param random decides what
     * @param id for its row in the ledger, if it writes
     */
    Attempt next(Random random, long id);
}
