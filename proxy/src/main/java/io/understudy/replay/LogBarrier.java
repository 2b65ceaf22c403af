package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.SessionContext;
import io.understudy.log.StatementLog;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Makes sure that this node's log knows of everything that was committed before this process started. A log that has just been opened may know less
 * than it once did; an entry of our own that comes back settles it. The entry is stamped with epoch 0, in which nothing counts.
 */
final class LogBarrier {
    private static final Duration REPEAT = Duration.ofSeconds(1);

    private final EntryFeed feed;
    private final StatementLog log;
    private final UUID process;
    private boolean passed;

    LogBarrier(EntryFeed feed, StatementLog log, UUID process) {
        this.feed = feed;
        this.log = log;
        this.process = process;
    }

    /** Returns once it has been passed, at once if it was before. Takes a majority of nodes; waits for one as long as it takes. */
    void pass() throws IOException {
        if (passed) {
            return;
        }
        UUID id = UUID.randomUUID();
        byte[] marker =
                EntryCodec.encode(new Entry.Maintenance(id, process, 0, new SessionContext("", Map.of()), "barrier"));
        long next = log.committedIndex() + 1;
        log.propose(marker);
        try {
            while (true) {
                if (!feed.awaitCommitted(next, log, REPEAT)) {
                    log.propose(marker);
                } else if (EntryCodec.decode(log.read(next)) instanceof Entry.Fenced f && f.id().equals(id)) {
                    passed = true;
                    return;
                } else {
                    next++;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("closed while waiting for the log");
        }
    }
}
