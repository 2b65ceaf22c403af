package io.understudy.replay;

import io.understudy.backend.LongText;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.StatementLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Chunks of large transactions, one at a time, as they are in the log. For any thread. */
public final class LoggedChunks {
    private final StatementLog log;

    public LoggedChunks(StatementLog log) {
        this.log = log;
    }

    /** The pieces of a row's images, from a chunk of the transaction on. */
    Pieces pieces(Entry.Transaction transaction, int firstChunk, List<Long> indexes) {
        return new Pieces(transaction, firstChunk, indexes);
    }

    /** One in memory at a time. */
    final class Pieces {
        private final Entry.Transaction transaction;
        private final int firstChunk;
        private final List<Long> indexes;

        private Pieces(Entry.Transaction transaction, int firstChunk, List<Long> indexes) {
            this.transaction = transaction;
            this.firstChunk = firstChunk;
            this.indexes = indexes;
        }

        /** What they hold together between two positions, in bytes, where pieces begin and end. */
        LongText text(long from, long bytes) {
            return new LongText() {
                @Override
                public int bytes() {
                    return Math.toIntExact(bytes);
                }

                @Override
                public void writeTo(OutputStream out) throws IOException {
                    long at = 0;
                    for (int chunk = firstChunk; at < from + bytes; chunk++) {
                        byte[] piece = piece(chunk);
                        if (at >= from) {
                            out.write(piece);
                        }
                        at += piece.length;
                    }
                    if (at != from + bytes) {
                        throw new IOException("pieces of a row are longer than it should be");
                    }
                }
            };
        }

        private byte[] piece(int chunk) {
            if (chunk < indexes.size()
                    && parts(transaction, chunk, indexes.get(chunk)).getFirst() instanceof Form.Piece p) {
                return p.text().getBytes(StandardCharsets.UTF_8);
            }
            throw new IllegalStateException("a row of transaction " + transaction.id() + " is not whole in the log");
        }
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
