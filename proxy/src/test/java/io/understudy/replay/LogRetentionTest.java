package io.understudy.replay;

import static io.understudy.replay.Entries.P1;
import static io.understudy.replay.Entries.P2;
import static io.understudy.replay.Entries.assigned;
import static io.understudy.replay.Entries.id;
import static io.understudy.replay.Entries.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.log.Cut;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.LogBase;
import io.understudy.log.LoggedStatement;
import io.understudy.log.TruncatedLogException;
import io.understudy.replay.EntryJudge.Checkpoint;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogRetentionTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final long LARGE = Long.MAX_VALUE;

    private final FakeLog log = new FakeLog((index, bytes) -> {});

    @BeforeEach
    void aMaster() {
        log.append(assigned("n1", P1, 1));
    }

    private OptionalLong keep(long bytes, Duration age, long durable) throws IOException {
        return new LogRetention(log, bytes, age, Clock.fixed(NOW, ZoneOffset.UTC)).apply(durable);
    }

    private static long micros(Instant time) {
        return time.getEpochSecond() * 1_000_000;
    }

    private void transactions(int count, Instant time) {
        for (int i = 0; i < count; i++) {
            log.append(transaction(log.committedIndex() + 1, P1, 1, micros(time)));
        }
    }

    private static Form.Ddl ddl(String sql) {
        return new Form.Ddl(new LoggedStatement(sql, List.of(), -1), Entries.CONTEXT);
    }

    private static Entry.Transaction with(long n, Form form) {
        return new Entry.Transaction(id(n), P1, 1, n, 0, micros(NOW), Entries.CONTEXT, List.of(), form, List.of());
    }

    private static Entry.Chunk chunk(long n, long transaction, int number, Form.Part... parts) {
        return new Entry.Chunk(id(n), P1, 1, id(transaction), number, List.of(parts));
    }

    @Test
    void nothingGoesThatIsNeitherTooMuchNorTooOld() throws IOException {
        transactions(95, NOW);
        assertThat(keep(log.bytes(), Duration.ofDays(1), LARGE)).isEmpty();
        assertThat(log.firstIndex()).isOne();
    }

    @Test
    void tooMuchGoesInWholeSegments() throws IOException {
        transactions(95, NOW);
        long half = log.bytes() / 2;
        assertThat(keep(half, Duration.ofDays(1), LARGE)).hasValue(40);
        assertThat(log.bytes()).isGreaterThanOrEqualTo(half);
        assertThatThrownBy(() -> log.read(40)).isInstanceOf(TruncatedLogException.class);
        assertThat(keep(half, Duration.ofDays(1), LARGE)).isEmpty();
    }

    @Test
    void whatIsOlderGoes() throws IOException {
        transactions(35, NOW.minus(Duration.ofHours(3)));
        transactions(60, NOW.minus(Duration.ofMinutes(10)));
        assertThat(keep(LARGE, Duration.ofHours(1), LARGE)).hasValue(30);
    }

    @Test
    void whatTheDatabaseDoesNotHaveStays() throws IOException {
        transactions(95, NOW);
        assertThat(keep(0, Duration.ofDays(1), 29)).hasValue(20);
        assertThat(keep(0, Duration.ofDays(1), 29)).isEmpty();
    }

    @Test
    void aTransactionIsNotCutOffFromItsChunks() throws IOException {
        transactions(16, NOW);
        log.append(chunk(1018, 2000, 0), chunk(1019, 2000, 1));
        transactions(21, NOW);
        // it has not come yet
        assertThat(keep(0, Duration.ofDays(1), LARGE)).hasValue(10);
        log.append(with(2000, new Form.Chunks(List.of(18L, 19L))));
        transactions(20, NOW);
        assertThat(keep(0, Duration.ofDays(1), LARGE)).hasValue(60);
    }

    @Test
    void whatAnEarlierMasterLeftHoldsNothingUp() throws IOException {
        transactions(16, NOW);
        log.append(chunk(1018, 2000, 0), assigned("n2", P2, 2));
        for (int i = 0; i < 20; i++) {
            log.append(transaction(3000 + i, P2, 2, micros(NOW)));
        }
        assertThat(keep(0, Duration.ofDays(1), LARGE)).hasValue(30);
    }

    @Test
    void theSchemasHistoryIsKept() throws IOException {
        log.append(with(501, new Form.Rows(List.of(ddl("CREATE TABLE a()"), ddl("CREATE TABLE b()")))));
        log.append(chunk(502, 503, 0, ddl("CREATE TABLE c()")), with(503, new Form.Chunks(List.of(3L))));
        // does not count
        log.append(with(501, new Form.Rows(List.of(ddl("CREATE TABLE a()")))));
        transactions(20, NOW);
        log.append(with(504, new Form.Rows(List.of(ddl("CREATE TABLE d()")))));
        transactions(20, NOW);
        for (long to : new long[] {10, 40}) {
            assertThat(keep(0, Duration.ofDays(1), to)).hasValue(to);
        }
        RemovedPrefix removed = RemovedPrefix.of(log.base());
        assertThat(removed.changes().stream()
                        .flatMap(c -> c.ddl().stream()
                                .map(d -> c.index() + " " + d.statement().sql())))
                .containsExactly(
                        "2 CREATE TABLE a()", "2 CREATE TABLE b()", "4 CREATE TABLE c()", "26 CREATE TABLE d()");
        DdlHistory history = new DdlHistory(log);
        assertThat(history.between(4, 30)).isTrue();
        assertThat(history.between(4, 25)).isFalse();
        assertThatThrownBy(() -> history.requireAfter(39)).isInstanceOf(TruncatedLogException.class);
        history.requireAfter(40);
    }

    /** However often it was cut, and wherever: what follows is judged as if nothing were gone. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void judgingGoesOnAlike(long seed) throws IOException {
        Random random = new Random(seed);
        EntryJudge whole = new EntryJudge();
        whole.judge(1, EntryCodec.decode(log.read(1)));
        long epoch = 1;
        List<Boolean> verdicts = new ArrayList<>(List.of(true, true));
        for (int i = 2; i <= 600; i++) {
            Entry entry = random.nextInt(40) == 0
                    ? assigned("n1", P1, ++epoch)
                    : transaction(random.nextInt(300), P1, epoch - random.nextInt(8) / 7, i);
            log.append(entry);
            verdicts.add(whole.judge(i, entry).valid());
            if (random.nextInt(30) == 0) {
                keep(0, Duration.ofDays(1), random.nextInt(i));
            }
        }
        LogBase base = log.base();
        assertThat(base.index()).isPositive();
        assertThat(verdicts).contains(false);
        EntryJudge judge = RemovedPrefix.of(base).judge();
        for (long i = base.index() + 1; i <= 600; i++) {
            assertThat(judge.judge(i, EntryCodec.decode(log.read(i))).valid())
                    .as("seed %d, entry %d", seed, i)
                    .isEqualTo(verdicts.get((int) i));
        }
        assertThat(judge.checkpoint()).isEqualTo(whole.checkpoint());

        JudgeHistory history = new JudgeHistory(log, CheckpointStore.NONE);
        Checkpoint start = history.start();
        assertThat(start.index()).isEqualTo(base.index());
        assertThat(history.resume(start).checkpoint()).isEqualTo(start);
        assertThat(history.judgeAfter(600).checkpoint()).isEqualTo(whole.checkpoint());
        assertThatThrownBy(() -> history.judgeAfter(base.index() - 1)).isInstanceOf(TruncatedLogException.class);
    }

    @Test
    void aLogThatWasNotCutHasACutAfterEveryTenthEntry() {
        transactions(25, NOW);
        assertThat(log.cuts().stream().map(Cut::index)).containsExactly(10L, 20L);
    }
}
