package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.LogBase;
import io.understudy.log.StatementLog;
import io.understudy.log.TruncatedLogException;
import io.understudy.replay.EntryJudge.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of the judge now and then, so that judging can begin again at an earlier index without reading the whole log: the newest ones in memory, and one that outlives the process. Safe for
 * several threads.
 */
final class JudgeHistory {
    private static final Logger LOG = LoggerFactory.getLogger(JudgeHistory.class);
    private static final long EVERY = 1 << 14;
    private static final int KEPT_MAX = 64;

    private final TreeMap<Long, Checkpoint> checkpoints = new TreeMap<>();
    private final StatementLog log;
    private final CheckpointStore store;
    private long saved;

    JudgeHistory(StatementLog log, CheckpointStore store) {
        this.log = log;
        this.store = store;
    }

    /** Where judging begins when the process starts. */
    Checkpoint start() {
        try {
            Checkpoint kept = store.load();
            if (kept.index() >= log.base().index()) {
                return kept;
            }
        } catch (IOException e) {
            LOG.warn("the judge's checkpoint could not be read: the log is judged again from its beginning", e);
        }
        return beginning();
    }

    private Checkpoint beginning() {
        try {
            return RemovedPrefix.of(log.base()).judge().checkpoint();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The judge at a checkpoint that was loaded and that the log has reached; at the log's beginning if the log says otherwise. */
    EntryJudge resume(Checkpoint loaded) throws IOException {
        Checkpoint from = fits(loaded) ? loaded : beginning();
        synchronized (this) {
            saved = from.index();
            checkpoints.put(from.index(), from);
        }
        return rebuild(from, from.index());
    }

    /** What the judge needs to know of entries before the checkpoint may be gone: then it begins where the log does. */
    private EntryJudge rebuild(Checkpoint from, long to) throws IOException {
        while (true) {
            LogBase base = log.base();
            try {
                if (EntryJudge.rebuiltFrom(from) > base.index()) {
                    return EntryJudge.rebuild(from, to, this::read);
                }
                if (to < base.index()) {
                    throw new TruncatedLogException(to, base.index() + 1);
                }
                EntryJudge judge = RemovedPrefix.of(base).judge();
                for (long i = base.index() + 1; i <= to; i++) {
                    judge.judge(i, read(i));
                }
                return judge;
            } catch (TruncatedLogException e) {
                if (log.base().index() == base.index()) {
                    throw e;
                }
            }
        }
    }

    private boolean fits(Checkpoint c) throws IOException {
        Mastership m = c.mastership();
        if (c.index() < log.base().index()) {
            return false;
        }
        boolean fits = m.index() == 0
                || m.index() <= log.base().index() && beginning().mastership().equals(m)
                || m.index() > log.base().index()
                        && read(m.index()) instanceof Entry.MasterAssigned a
                        && a.epoch() == m.epoch()
                        && a.process().equals(m.process());
        if (!fits) {
            LOG.warn("checkpoint {} is not of this log, which is judged again from its beginning", c);
        }
        return fits;
    }

    synchronized void note(EntryJudge judge) {
        if (judge.index() % EVERY == 0) {
            checkpoints.put(judge.index(), judge.checkpoint());
            if (checkpoints.size() > KEPT_MAX) {
                checkpoints.pollFirstEntry();
            }
        }
    }

    private synchronized Checkpoint before(long index) {
        Map.Entry<Long, Checkpoint> entry = checkpoints.floorEntry(index);
        return entry == null ? Checkpoint.START : entry.getValue();
    }

    /** The judge as it stands after {@code index}, which the log must have committed. */
    EntryJudge judgeAfter(long index) throws IOException {
        return rebuild(before(index), index);
    }

    /**
     * Keeps the newest checkpoint at or before {@code index} for the next start. Nothing before it will be asked for then.
     *
     * @param index what this node's database has durably
     * @return where that checkpoint is
     */
    long save(long index) {
        Checkpoint c = before(index);
        synchronized (this) {
            if (c.index() <= saved) {
                return saved;
            }
            saved = c.index();
        }
        try {
            store.save(c);
        } catch (IOException e) {
            LOG.warn("the judge's checkpoint at {} could not be kept; the next start will take longer", c.index(), e);
        }
        return c.index();
    }

    private Entry read(long index) throws IOException {
        return EntryCodec.decodeWithoutChunks(log.read(index));
    }
}
