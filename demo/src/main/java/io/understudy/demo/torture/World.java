package io.understudy.demo.torture;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a round's clients work on. Safe for use by many threads.
 *
 * @param schema of everything in it
 * @param tables with random columns
 * @param setup statements that make it all, in order
 * @param names gives numbers for names of new objects
 */
record World(String schema, List<Table> tables, List<String> setup, AtomicInteger names) {

    World {
        tables = List.copyOf(tables);
        setup = List.copyOf(setup);
    }

    /** A number that no other object of this round has in its name. */
    int fresh() {
        return names.incrementAndGet();
    }

    /** The number of an object that may have been made, and may be gone. */
    int earlier(Dice dice) {
        return 1 + dice.below(Math.max(1, names.get()));
    }
}
