package io.understudy.replay;

import io.understudy.log.Entry;

/** An entry and its position in the log, from 1. Where the entry is not valid, {@link Entry.Noop} stands in its place: the index advances all the same. */
public record IndexedEntry(long index, Entry entry) {
    public IndexedEntry {
        if (index < 1) {
            throw new IllegalArgumentException("index " + index);
        }
    }
}
