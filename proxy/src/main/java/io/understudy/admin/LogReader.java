package io.understudy.admin;

import io.understudy.log.Entry;
import java.io.IOException;

/** The statement log as this node has it. Called by many threads. */
public interface LogReader {

    /** Lowest index that can be read. */
    long firstIndex();

    /** Highest committed index known here; 0 for none. */
    long lastIndex();

    /**
     * The entry at an index.
     *
     * @throws IOException if it is not in firstIndex..lastIndex, or cannot be read
     */
    Entry read(long index) throws IOException;
}
