package io.understudy.replay;

import static io.understudy.replay.Entries.P1;
import static io.understudy.replay.Entries.P2;
import static io.understudy.replay.Entries.assigned;
import static io.understudy.replay.Entries.id;
import static io.understudy.replay.Entries.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.log.Entry;
import io.understudy.log.TransactionToken;
import io.understudy.replay.OutcomeSearch.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeSearchTest {
    private static final long WINDOW = 8;

    private final FakeLog log = new FakeLog((index, bytes) -> {});

    private OutcomeSearch search(long epoch, long after, long n) {
        return new OutcomeSearch(log, new TransactionToken(epoch, after, id(n)), WINDOW);
    }

    @Test
    void goesOnWhereItStopped() throws IOException {
        log.append(assigned("n1", P1, 1), transaction(1, P1, 1));
        OutcomeSearch search = search(1, 1, 2);
        assertThat(search.upTo(log.committedIndex())).isEqualTo(Outcome.OPEN);
        assertThat(search.searched()).isEqualTo(2);

        log.append(transaction(3, P1, 1), transaction(2, P1, 1));
        assertThat(search.upTo(log.committedIndex())).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void aNewerEpochEndsIt() throws IOException {
        log.append(assigned("n1", P1, 1), assigned("n2", P2, 2), transaction(2, P1, 1));
        assertThat(search(1, 1, 2).upTo(3)).isEqualTo(Outcome.NOT_COMMITTED);
    }

    /** An assignment of an epoch that has begun already comes too late and counts for nothing. */
    @Test
    void anAssignmentOfItsOwnEpochThatLostTheRaceDoesNot() throws IOException {
        log.append(assigned("n1", P1, 1), assigned("n2", P2, 1), transaction(2, P1, 1));
        assertThat(search(1, 1, 2).upTo(3)).isEqualTo(Outcome.COMMITTED);
    }

    /** Whatever is in the log: the search and the judge agree. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void saysWhatTheJudgeSays(long seed) throws IOException {
        Random random = new Random(seed);
        EntryJudge judge = new EntryJudge(WINDOW);
        List<Entry> proposed = new ArrayList<>();
        List<TransactionToken> tokens = new ArrayList<>();
        List<Long> counted = new ArrayList<>();
        long epoch = 0;
        for (long n = 1; n < 400; n++) {
            int what = random.nextInt(30);
            if (epoch == 0 || what == 0) {
                append(judge, assigned("n1", P1, ++epoch), counted);
            } else if (what < 20) {
                tokens.add(new TransactionToken(epoch, log.committedIndex(), id(n)));
                proposed.add(transaction(n, P1, epoch, n));
            }
            while (!proposed.isEmpty() && random.nextInt(3) > 0) {
                // not always in the order they were proposed, some never, some twice
                int at = Math.min(random.nextInt(12) * random.nextInt(2), proposed.size() - 1);
                append(judge, random.nextInt(4) == 0 ? proposed.get(at) : proposed.remove(at), counted);
            }
        }
        append(judge, assigned("n2", P2, epoch + 1), counted);
        for (TransactionToken t : tokens) {
            boolean committed = counted.contains(t.id().getLeastSignificantBits());
            assertThat(new OutcomeSearch(log, t, WINDOW).upTo(log.committedIndex()))
                    .as("seed %d, %s", seed, t)
                    .isEqualTo(committed ? Outcome.COMMITTED : Outcome.NOT_COMMITTED);
        }
        assertThat(counted).hasSizeBetween(1, tokens.size() - 1);
    }

    private void append(EntryJudge judge, Entry entry, List<Long> counted) {
        long index = log.append(entry);
        if (judge.judge(index, entry).valid() && entry instanceof Entry.Transaction t) {
            counted.add(t.id().getLeastSignificantBits());
        }
    }
}
