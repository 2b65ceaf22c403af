package io.understudy.node;

import io.understudy.admin.LogReader;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.StatementLog;
import java.io.IOException;

/** The statement log, decoded, for the administration API. */
record NodeLog(StatementLog log) implements LogReader {
    @Override
    public long firstIndex() {
        return log.firstIndex();
    }

    @Override
    public long lastIndex() {
        return log.committedIndex();
    }

    @Override
    public Entry read(long index) throws IOException {
        try {
            return EntryCodec.decode(log.read(index));
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }
}
