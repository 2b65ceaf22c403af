package io.understudy.node;

import io.understudy.admin.ChangeLog;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.StatementLog;
import io.understudy.log.TruncatedLogException;
import io.understudy.replay.ApplyLoop;
import io.understudy.replay.EntryJudge;
import io.understudy.replay.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The entries of the log that count, for whoever follows it from outside. Each follower judges for itself, from the log alone, as the node does. */
record CountingEntries(StatementLog log, ApplyLoop loop) implements ChangeLog {
    private static final long LOOK_AGAIN_MILLIS = 5;

    @Override
    public long lastIndex() {
        return log.committedIndex();
    }

    @Override
    public Cursor after(long index) throws IOException {
        if (index + 1 < log.firstIndex()) {
            throw new TruncatedLogException(index + 1, log.firstIndex());
        }
        return new Place(index);
    }

    private final class Place implements Cursor {
        private long index;
        private @Nullable EntryJudge judge;

        Place(long index) {
            this.index = index;
        }

        @Override
        public long index() {
            return index;
        }

        @Override
        public Optional<Entry> next(Duration limit) throws IOException, InterruptedException {
            long deadline = System.nanoTime() + limit.toNanos();
            while (true) {
                if (loop.judged() > index) {
                    Entry entry = EntryCodec.decodeWithoutChunks(log.read(index + 1));
                    boolean valid = judge().judge(index + 1, entry) instanceof Verdict.Valid;
                    index++;
                    if (valid && says(entry)) {
                        return Optional.of(entry);
                    }
                } else if (System.nanoTime() - deadline >= 0) {
                    return Optional.empty();
                } else {
                    Thread.sleep(LOOK_AGAIN_MILLIS);
                }
            }
        }

        private EntryJudge judge() throws IOException {
            EntryJudge known = judge;
            if (known == null) {
                known = loop.judgeAfter(index);
                judge = known;
            }
            return known;
        }

        private static boolean says(Entry entry) {
            return switch (entry) {
                case Entry.Transaction t -> true;
                case Entry.MasterAssigned m -> true;
                case Entry.SequencesReserved s -> true;
                case Entry.Maintenance m -> true;
                case Entry.Noop n -> false;
                case Entry.MembersChanged m -> false;
                case Entry.VerificationPoint v -> false;
                // told with their transaction, if that comes
                case Entry.Chunk c -> false;
            };
        }

        @Override
        public List<Form.Part> chunk(Entry.Transaction transaction, int number) throws IOException {
            long at = ((Form.Chunks) transaction.form()).indexes().get(number);
            if (EntryCodec.decode(log.read(at)) instanceof Entry.Chunk c
                    && c.transaction().equals(transaction.id())
                    && c.number() == number) {
                return c.parts();
            }
            throw new IOException("entry " + at + " is not chunk " + number + " of transaction " + transaction.id());
        }
    }
}
