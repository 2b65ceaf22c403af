package io.understudy.log;

import java.io.IOException;

/** An entry is asked for that the log no longer has. */
public final class TruncatedLogException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long firstIndex;

    /** @param firstIndex the first one it has */
    public TruncatedLogException(long index, long firstIndex) {
        super("entry " + index + " is no longer in the log, which begins at entry " + firstIndex);
        this.firstIndex = firstIndex;
    }

    /** The first one it has. */
    public long firstIndex() {
        return firstIndex;
    }
}
