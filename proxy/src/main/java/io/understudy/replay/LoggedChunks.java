package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.StatementLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Chunks of large transactions, one at a time, as they are in the log. For any thread. */
public final class LoggedChunks {
    private final StatementLog log;

    public LoggedChunks(StatementLog log) {
        this.log = log;
    }

    /**
     * The parts in one chunk of a transaction.
     *
     * @throws IllegalStateException if there is something else at that index
     * @throws UncheckedIOException if the log cannot be read
     */
    List<Form.Part> parts(Entry.Transaction transaction, int number, long index) {
        try {
            if (EntryCodec.decode(log.read(index)) instanceof Entry.Chunk c
                    && c.transaction().equals(transaction.id())
                    && c.number() == number) {
                return c.parts();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(
                "entry " + index + " is not chunk " + number + " of transaction " + transaction.id());
    }
}
