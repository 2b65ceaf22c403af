package io.understudy.replay;

import io.understudy.log.EntryCodec;
import io.understudy.log.StatementLog;
import io.understudy.replay.EntryJudge.Checkpoint;
import java.io.IOException;
import java.util.TreeMap;

/** Checkpoints of the judge now and then, so that judging can begin again at an earlier index without reading the whole log. Safe for several threads. */
final class JudgeHistory {
    private static final long EVERY = 1 << 14;
    private static final int KEPT_MAX = 64;

    private final TreeMap<Long, Checkpoint> checkpoints = new TreeMap<>();

    synchronized void note(EntryJudge judge) {
        if (judge.index() % EVERY == 0) {
            checkpoints.put(judge.index(), judge.checkpoint());
            if (checkpoints.size() > KEPT_MAX) {
                checkpoints.pollFirstEntry();
            }
        }
    }

    private synchronized Checkpoint before(long index) {
        var entry = checkpoints.floorEntry(index);
        return entry == null ? Checkpoint.START : entry.getValue();
    }

    /** The judge as it stands after {@code index}, which the log must have committed. */
    EntryJudge judgeAfter(long index, StatementLog log) throws IOException {
        return EntryJudge.rebuild(before(index), index, i -> EntryCodec.decodeWithoutChunks(log.read(i)));
    }
}
