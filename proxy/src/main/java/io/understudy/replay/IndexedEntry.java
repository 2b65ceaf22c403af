package io.understudy.replay;

import io.understudy.log.Entry;

/**
 * An entry and its position in the log.
 *
 * @param index from 1
 * @param entry {@link Entry.Noop} in the place of one that is not valid: the index advances all the same
 * @param executedHere made by this very process: what is not transactional in PostgreSQL (sequences) is where it should be already
 */
public record IndexedEntry(long index, Entry entry, boolean executedHere) {
    public IndexedEntry {
        if (index < 1) {
            throw new IllegalArgumentException("index " + index);
        }
    }
}
