package io.understudy.replay;

import io.understudy.log.Entry;
import java.util.UUID;

/**
 * An entry with its verdict, waiting to be applied.
 *
 * @param executedHere proposed by this process
 * @param own valid, proposed by this process, and somebody here waits for it
 * @param mastership who is master after it
 * @param bytes its encoded size, as far as it is in memory
 */
record Judged(
        long index, Entry entry, boolean valid, boolean executedHere, boolean own, Mastership mastership, int bytes) {

    static Judged of(
            long index,
            Entry entry,
            byte[] encoded,
            boolean valid,
            Mastership mastership,
            UUID process,
            OwnTransactions waiting) {
        boolean here = entry instanceof Entry.Fenced f && f.process().equals(process);
        boolean own = valid && here && entry instanceof Entry.Fenced f && waiting.mine(f.id());
        // of a chunk next to nothing stays in memory
        int bytes = entry instanceof Entry.Chunk ? Math.min(encoded.length, 128) : encoded.length;
        return new Judged(index, entry, valid, here, own, mastership, bytes);
    }

    boolean ownTransaction() {
        return own && entry instanceof Entry.Transaction;
    }

    /** Must not share a local transaction with what comes before: whoever listens needs the moment between. */
    boolean aloneInBatch() {
        return valid && (entry instanceof Entry.VerificationPoint || entry instanceof Entry.MasterAssigned);
    }

    /** What is to be done to the database. An own statement outside of transactions is run by its own session. */
    IndexedEntry toApply() {
        boolean nothing = !valid || (own && entry instanceof Entry.Maintenance);
        return new IndexedEntry(index, nothing ? new Entry.Noop() : entry, executedHere);
    }

    long commitMicros() {
        return valid && entry instanceof Entry.Transaction t ? t.commitMicros() : 0;
    }
}
