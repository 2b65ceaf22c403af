package io.understudy.replay;

import static io.understudy.replay.Entries.P1;
import static io.understudy.replay.Entries.P2;
import static io.understudy.replay.Entries.assigned;
import static io.understudy.replay.Entries.point;
import static io.understudy.replay.Entries.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.replay.EntryJudge.Checkpoint;
import io.understudy.replay.Verdict.Invalid;
import io.understudy.replay.Verdict.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EntryJudgeTest {
    private static final String VALID = "valid";

    private static List<String> judge(EntryJudge judge, Entry... log) {
        List<String> verdicts = new ArrayList<>();
        for (Entry e : log) {
            verdicts.add(name(judge.judge(judge.index() + 1, e)));
        }
        return verdicts;
    }

    private static List<String> judge(Entry... log) {
        return judge(new EntryJudge(), log);
    }

    private static String name(Verdict v) {
        return v instanceof Invalid i ? i.reason().name() : VALID;
    }

    private static String no(Reason reason) {
        return reason.name();
    }

    @Test
    void nothingCountsBeforeTheFirstAssignment() {
        assertThat(judge(transaction(1, P1, 0), transaction(2, new UUID(0, 0), 0), transaction(3, P1, 1)))
                .containsExactly(no(Reason.OTHER_PROCESS), no(Reason.OTHER_PROCESS), no(Reason.OTHER_EPOCH));
    }

    /** MA_EXACT: of two assignments of one epoch the first stands, or the second would let both masters' entries count. */
    @Test
    void onlyTheVeryNextEpochIsAssigned() {
        assertThat(judge(
                        assigned("n1", P1, 2),
                        assigned("n1", P1, 1),
                        assigned("n2", P2, 1),
                        assigned("n2", P2, 3),
                        transaction(1, P2, 1),
                        transaction(2, P1, 1),
                        assigned("n2", P2, 2),
                        assigned("n1", P1, 1)))
                .containsExactly(
                        no(Reason.NOT_NEXT_EPOCH),
                        VALID,
                        no(Reason.NOT_NEXT_EPOCH),
                        no(Reason.NOT_NEXT_EPOCH),
                        no(Reason.OTHER_PROCESS),
                        VALID,
                        VALID,
                        no(Reason.NOT_NEXT_EPOCH));
    }

    /** A deposed master's entry that arrives after the next assignment. */
    @Test
    void anOlderEpochIsFenced() {
        assertThat(judge(assigned("n1", P1, 1), transaction(1, P1, 1), assigned("n2", P2, 2), transaction(2, P1, 1)))
                .containsExactly(VALID, VALID, VALID, no(Reason.OTHER_EPOCH));
    }

    /** PROPOSER: the right epoch from the wrong node. */
    @Test
    void onlyTheAssignedProposes() {
        assertThat(judge(assigned("n1", P1, 1), transaction(1, P2, 1)))
                .containsExactly(VALID, no(Reason.OTHER_PROCESS));
    }

    /** INCARNATION: the same node's next run does not go on in its predecessor's epoch. */
    @Test
    void aRestartedProxyNeedsAnEpochOfItsOwn() {
        assertThat(judge(
                        assigned("n1", P1, 1),
                        transaction(1, P2, 1),
                        assigned("n1", P2, 2),
                        transaction(2, P2, 2),
                        transaction(3, P1, 2)))
                .containsExactly(VALID, no(Reason.OTHER_PROCESS), VALID, VALID, no(Reason.OTHER_PROCESS));
    }

    /** DEDUP: a proposal that was sent twice, also with other entries between, also of another kind. */
    @Test
    void anIdCountsOnce() {
        assertThat(judge(
                        assigned("n1", P1, 1),
                        transaction(1, P1, 1),
                        transaction(1, P1, 1),
                        point(7, P1, 1),
                        transaction(2, P1, 1),
                        point(7, P1, 1),
                        transaction(1, P1, 1)))
                .containsExactly(
                        VALID, VALID, no(Reason.DUPLICATE), VALID, VALID, no(Reason.DUPLICATE), no(Reason.DUPLICATE));
    }

    /** What did not count does not use up its id. */
    @Test
    void aFencedCopyDoesNotSpoilTheId() {
        assertThat(judge(transaction(1, P1, 1), assigned("n1", P1, 1), transaction(1, P1, 1)))
                .containsExactly(no(Reason.OTHER_EPOCH), VALID, VALID);
    }

    @Test
    void aCopyThatComesAfterItsIdWasForgottenIsTooLate() {
        EntryJudge judge = new EntryJudge(4);
        assertThat(judge(
                        judge,
                        assigned("n1", P1, 1),
                        transaction(1, P1, 1, 100),
                        transaction(2, P1, 1, 90),
                        transaction(3, P1, 1, 110),
                        transaction(4, P1, 1, 120),
                        transaction(1, P1, 1, 100)))
                .endsWith(no(Reason.TOO_LATE));
        // a first arrival that was on its way just as long cannot be told from a copy; a newer one is fine
        assertThat(judge(judge, transaction(5, P1, 1, 99), transaction(6, P1, 1, 111)))
                .containsExactly(no(Reason.TOO_LATE), VALID);
        // the next epoch begins without a past
        assertThat(judge(judge, assigned("n1", P2, 2), transaction(7, P2, 2, 5)))
                .containsExactly(VALID, VALID);
    }

    /** Through what is kept of it when the log is cut. */
    private static EntryJudge written(EntryJudge judge) {
        BinaryWriter out = new BinaryWriter(64);
        judge.write(out);
        return EntryJudge.read(new BinaryReader(out.toBytes()), judge.window());
    }

    @Test
    void chunksTooFarAwayDoNotCount() {
        long first = 2;
        Entry near = new Entry.Transaction(
                Entries.id(1), P1, 1, 1, 0, 1, Entries.CONTEXT, List.of(), new Form.Chunks(List.of(first)), List.of());
        assertThat(EntryJudge.isTooLong(first + EntryJudge.CHUNKS_SPAN - 1, near))
                .isFalse();
        assertThat(EntryJudge.isTooLong(first + EntryJudge.CHUNKS_SPAN, near)).isTrue();
        assertThat(EntryJudge.isTooLong(Long.MAX_VALUE, transaction(1, P1, 1))).isFalse();
    }

    @Test
    void everyIndexOnce() {
        EntryJudge judge = new EntryJudge();
        judge.judge(1, new Entry.Noop());
        assertThatThrownBy(() -> judge.judge(1, new Entry.Noop())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> judge.judge(3, new Entry.Noop())).isInstanceOf(IllegalArgumentException.class);
    }

    /** Whatever the log, no id takes effect twice, and a judge made from a checkpoint judges as the one that saw everything. */
    @Test
    void rebuiltFromAnyCheckpointItJudgesAlike() throws IOException {
        for (int seed = 1; seed <= 300; seed++) {
            List<Entry> log = randomLog(new Random(seed));
            EntryJudge judge = new EntryJudge(8);
            List<Checkpoint> checkpoints = new ArrayList<>(List.of(Checkpoint.START));
            List<Boolean> verdicts = new ArrayList<>();
            List<UUID> counted = new ArrayList<>();
            for (int i = 1; i <= log.size(); i++) {
                boolean valid = judge.judge(i, log.get(i - 1)).valid();
                verdicts.add(valid);
                checkpoints.add(judge.checkpoint());
                if (valid && log.get(i - 1) instanceof Entry.Transaction t) {
                    counted.add(t.id());
                }
            }
            assertThat(counted).as("seed %d", seed).doesNotHaveDuplicates().isNotEmpty();
            Random random = new Random(seed);
            Checkpoint from = checkpoints.get(random.nextInt(checkpoints.size()));
            int to = (int) from.index() + random.nextInt(log.size() - (int) from.index() + 1);
            EntryJudge rebuilt = written(EntryJudge.rebuild(from, to, i -> log.get((int) i - 1), 8));
            for (int i = to + 1; i <= log.size(); i++) {
                assertThat(rebuilt.judge(i, log.get(i - 1)).valid())
                        .as("seed %d, checkpoint %d, from %d, index %d", seed, from.index(), to, i)
                        .isEqualTo(verdicts.get(i - 1));
            }
        }
    }

    private static List<Entry> randomLog(Random random) {
        List<Entry> log = new ArrayList<>();
        List<Entry> sent = new ArrayList<>();
        long epoch = 0;
        for (int i = 1; i <= 80; i++) {
            int kind = random.nextInt(12);
            if (i == 1 || kind == 0) {
                epoch += i > 1 && random.nextInt(4) == 0 ? 0 : 1;
                log.add(assigned("n1", random.nextBoolean() ? P1 : P2, epoch));
            } else if (kind < 5 && !sent.isEmpty()) {
                log.add(sent.get(random.nextInt(sent.size())));
            } else {
                Entry e = transaction(
                        i,
                        random.nextInt(3) == 0 ? P2 : P1,
                        Math.max(0, epoch - random.nextInt(2)),
                        i * 10L + random.nextInt(60));
                sent.add(e);
                log.add(e);
            }
        }
        return log;
    }
}
