package io.understudy.replay;

import static io.understudy.replay.Entries.P1;
import static io.understudy.replay.Entries.P2;
import static io.understudy.replay.Entries.assigned;
import static io.understudy.replay.Entries.id;
import static io.understudy.replay.Entries.point;
import static io.understudy.replay.Entries.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.VerificationScope;
import io.understudy.replay.ReplayOutcome.Diverged;
import io.understudy.replay.ReplayOutcome.ServerLost;
import io.understudy.replay.Verdict.Reason;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ApplyLoopTest {
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final EntryFeed feed = new EntryFeed(4, 1 << 20);
    private final FakeLog log = new FakeLog(feed);
    private final FakeDatabase database = new FakeDatabase(events);
    private final Sessions sessions = new Sessions();
    private final ApplyLoop loop =
            begun(new ApplyLoop(feed, log, database, P1, sessions, new Listener(), CheckpointStore.NONE));

    private static ApplyLoop begun(ApplyLoop loop) {
        loop.judge();
        return loop;
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private void awaitApplied(long index) throws InterruptedException {
        assertThat(loop.applied().await(index, Duration.ofSeconds(10)))
                .as("%s, applied %d, %.2000s", loop.state(), loop.applied().applied(), events)
                .isTrue();
    }

    /** From here on every entry is told as it comes; of those that judging finds when it begins only what they come to is. */
    private void judgesAsTheyCome() {
        log.append(new Entry.Noop());
        await().until(() -> loop.judged() == 1);
    }

    /** Events of one kind, without what the other thread said in between. */
    private List<String> done() {
        synchronized (events) {
            return events.stream()
                    .filter(e -> e.startsWith("replay") || e.startsWith("commit") || e.startsWith("point"))
                    .toList();
        }
    }

    @Test
    void aReplicaReplaysValidEntriesInOrder() throws InterruptedException {
        log.append(new Entry.Noop(), assigned("n2", P2, 1));
        loop.start();
        awaitApplied(2);
        long last = log.append(
                transaction(1, P2, 1),
                transaction(2, P1, 1),
                transaction(1, P2, 1),
                transaction(3, P2, 1),
                transaction(4, P2, 1));
        awaitApplied(last);
        assertThat(done()).containsExactly("replay 2", "replay 3", "replay 6", "replay 7");
        assertThat(loop.mastership()).isEqualTo(new Mastership(1, "n2", P2, 2));
    }

    /** What is younger than the delay waits, and all that comes after it; what is being waited for does not stop a pause. */
    @Test
    void whatIsYoungerThanTheDelayWaits() throws InterruptedException {
        AtomicLong now = new AtomicLong();
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(now.get());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        loop.delay(new ApplyDelay(Duration.ofSeconds(10), clock, () -> false));
        long proposed = 5_000;
        now.set(proposed + 9_999);
        log.append(
                assigned("n2", P2, 1),
                transaction(1, P2, 1, proposed * 1000),
                transaction(2, P2, 1, proposed * 1000),
                new Entry.Noop());
        loop.start();
        awaitApplied(1);
        assertThat(loop.applied().await(2, Duration.ofMillis(200))).isFalse();
        assertThat(loop.applied().oldestUnappliedMicros()).isEqualTo(proposed * 1000);
        assertThat(loop.pause(Duration.ofSeconds(10))).isTrue();
        loop.resume();
        now.set(proposed + 10_000);
        awaitApplied(4);
    }

    @Test
    void aLongBacklogIsReadFromTheLog() throws InterruptedException {
        log.append(assigned("n2", P2, 1));
        for (int i = 1; i <= 3000; i++) {
            log.append(transaction(i, P2, 1));
        }
        loop.start();
        awaitApplied(3001);
        assertThat(done()).hasSize(3001).startsWith("replay 1", "replay 2").endsWith("replay 3001");
    }

    @Test
    void pausedItLetsTheDatabaseGoAndThenGoesOnFromWhereThatStands() throws InterruptedException {
        loop.start();
        log.append(assigned("n2", P2, 1), transaction(1, P2, 1));
        awaitApplied(2);
        assertThat(loop.pause(Duration.ofSeconds(10))).isTrue();
        long last = log.append(transaction(2, P2, 1), transaction(3, P2, 1));
        assertThat(loop.state()).isEqualTo(new LoopState.Paused());
        assertThat(done()).containsExactly("replay 1", "replay 2");
        // somebody has put it where the log is by now, but for the last entry
        database.standsAt(3);
        loop.resume();
        awaitApplied(last);
        assertThat(done()).containsExactly("replay 1", "replay 2", "replay 4");
    }

    @Test
    void aDivergedDatabaseIsReplayedIntoAgainOnceItIsRepaired() throws InterruptedException {
        loop.start();
        database.nextTime(batch -> new Diverged(1, "t", "1 row", "0 rows"));
        long last = log.append(assigned("n2", P2, 1), transaction(1, P2, 1));
        await().until(() -> loop.state() instanceof LoopState.Diverged);
        assertThat(loop.pause(Duration.ofSeconds(10))).isTrue();
        assertThat(loop.state()).isInstanceOf(LoopState.Diverged.class);
        loop.resume();
        assertThat(loop.state().needsRepair())
                .as("the old state is over at once")
                .isFalse();
        awaitApplied(last);
    }

    @Test
    void ownTransactionsTakeTurnsAmongForeignEntries() throws InterruptedException {
        loop.start();
        sessions.waiting.addAll(Set.of(id(1), id(2), id(4)));
        long last = log.append(
                assigned("n1", P1, 1),
                transaction(1, P1, 1),
                transaction(2, P1, 1),
                transaction(3, P1, 1),
                transaction(4, P1, 1));
        awaitApplied(last);
        // nobody waits for number 3: its session is gone
        assertThat(done()).containsExactly("replay 1", "commit 2", "commit 3", "replay 4", "commit 5");
        assertThat(loop.applied().upper()).isEqualTo(last);
    }

    @Test
    void ownersHearOfValidEntriesBeforeTheirTurnAndOfInvalidOnes() throws InterruptedException {
        loop.start();
        judgesAsTheyCome();
        sessions.waiting.addAll(Set.of(id(1), id(2)));
        long last = log.append(
                assigned("n1", P1, 1),
                transaction(1, P1, 1),
                transaction(1, P1, 1),
                assigned("n2", P2, 2),
                transaction(2, P1, 1));
        awaitApplied(last);
        assertThat(events)
                .containsSubsequence("accepted 1 at 3", "commit 3")
                .contains("rejected 2 at 6 " + Reason.OTHER_EPOCH)
                .doesNotContain("rejected 1 at 4 " + Reason.DUPLICATE);
        assertThat(done()).containsExactly("replay 2", "commit 3", "replay 5");
    }

    @Test
    void aTransactionThatItsSessionCouldNotCommitIsReplayedInItsPlace() throws InterruptedException {
        loop.start();
        sessions.waiting.addAll(Set.of(id(1), id(2), id(3)));
        sessions.broken.add(id(2));
        long last =
                log.append(assigned("n1", P1, 1), transaction(1, P1, 1), transaction(2, P1, 1), transaction(3, P1, 1));
        awaitApplied(last);
        assertThat(done()).containsExactly("replay 1", "commit 2", "replay 3", "commit 4");
        await().untilAsserted(() -> assertThat(events).contains("applied 2 at 3"));
    }

    /** DRAIN_OWN: what a deposed master has in the log comes before the newer master's entries. */
    @Test
    void aDeposedMasterFinishesItsOwnFirst() throws InterruptedException {
        sessions.waiting.addAll(Set.of(id(1), id(2)));
        sessions.broken.add(id(2));
        long last = log.append(
                assigned("n1", P1, 1),
                transaction(1, P1, 1),
                transaction(2, P1, 1),
                assigned("n2", P2, 2),
                transaction(9, P2, 2));
        loop.start();
        awaitApplied(last);
        assertThat(done()).containsExactly("replay 1", "commit 2", "replay 3", "replay 4", "replay 5");
    }

    @Test
    void aVerificationPointSeesExactlyWhatIsBeforeIt() throws InterruptedException {
        sessions.waiting.add(id(2));
        long last = log.append(
                assigned("n1", P1, 1),
                transaction(1, P1, 1),
                transaction(2, P1, 1),
                point(7, P1, 1),
                transaction(3, P1, 1),
                point(8, P1, 1),
                transaction(4, P1, 1));
        loop.start();
        awaitApplied(last);
        assertThat(done())
                .containsExactly(
                        "replay 1",
                        "replay 2",
                        "commit 3",
                        "point 7 at 4 applied 3",
                        "replay 4",
                        "replay 5",
                        "point 8 at 6 applied 5",
                        "replay 6",
                        "replay 7");
    }

    @Test
    void afterALostServerItGoesOnWhereTheServerStands() throws InterruptedException {
        log.append(assigned("n2", P2, 1), transaction(1, P2, 1), transaction(2, P2, 1), transaction(3, P2, 1));
        loop.start();
        awaitApplied(4);
        // a crash took the last two, which were committed asynchronously
        database.nextTime(batch -> {
            database.standsAt(2);
            return new ServerLost("crash");
        });
        events.clear();
        log.append(transaction(4, P2, 1), transaction(2, P2, 1));
        await().untilAsserted(() -> assertThat(done()).containsExactly("replay 3", "replay 4", "replay 5"));
        awaitApplied(6);
        assertThat(events).contains("state ServerDown");
    }

    @Test
    void replayedSchemaChangesAreTold() throws InterruptedException {
        Form.Ddl ddl = new Form.Ddl(new LoggedStatement("CREATE TABLE t()", List.of(), -1), Entries.CONTEXT);
        Entry.Transaction plain = transaction(1, P2, 1);
        log.append(assigned("n2", P2, 1), plain);
        loop.start();
        awaitApplied(2);
        assertThat(events).doesNotContain("schema");
        log.append(new Entry.Transaction(
                id(2), P2, 1, 1, 0, 1, Entries.CONTEXT, List.of(), new Form.Rows(List.of(ddl)), List.of()));
        await().untilAsserted(() -> assertThat(events).contains("schema"));
    }

    /** An idle loop would find out only at the next entry. */
    @Test
    void whoNoticesALostServerFirstSaysSo() throws InterruptedException {
        log.append(assigned("n2", P2, 1), transaction(1, P2, 1), transaction(2, P2, 1));
        loop.start();
        awaitApplied(3);
        events.clear();
        database.standsAt(2);
        loop.reconnect("crash");
        await().untilAsserted(() -> assertThat(done()).containsExactly("replay 3"));
        assertThat(events).contains("disconnect").doesNotContain("close");
    }

    @Test
    void anUnknownCommitThatDidHappenIsNotRepeated() throws InterruptedException {
        log.append(assigned("n2", P2, 1));
        loop.start();
        awaitApplied(1);
        database.nextTime(batch -> {
            database.standsAt(2);
            return new ServerLost("connection reset");
        });
        log.append(transaction(1, P2, 1), transaction(2, P2, 1));
        awaitApplied(3);
        assertThat(done()).containsExactly("replay 1", "replay 3");
    }

    /** Whoever is master must be known also to a node that could lead but whose database is away. */
    @Test
    void withoutAServerJudgingGoesOn() {
        database.away(true);
        loop.start();
        judgesAsTheyCome();
        sessions.waiting.add(id(1));
        log.append(assigned("n1", P1, 1), transaction(1, P1, 1), assigned("n2", P2, 2), assigned("n1", P1, 3));
        await().untilAsserted(() -> assertThat(events)
                .containsSubsequence("assigned n1 1", "accepted 1 at 3", "assigned n2 2", "assigned n1 3"));
        assertThat(loop.judged()).isEqualTo(5);
        assertThat(done()).isEmpty();
        database.away(false);
        await().untilAsserted(() -> assertThat(done()).containsExactly("replay 2", "commit 3", "replay 4", "replay 5"));
    }

    /** A leader must not have to wait for its database to find out who is master. */
    @Test
    void judgingDoesNotWaitForASlowDatabase() throws InterruptedException {
        database.away(true);
        loop.start();
        log.append(assigned("n2", P2, 1));
        int count = 20_000;
        for (int i = 1; i <= count; i++) {
            log.append(transaction(i, P2, i % 1000 == 0 ? 7 : 1));
        }
        await().untilAsserted(() -> assertThat(loop.judged()).isEqualTo(count + 1));
        database.away(false);
        awaitApplied(count + 1);
        assertThat(done()).hasSize(count + 1 - count / 1000).doesNotContain("replay 1001", "replay 20001");
    }

    /** It may still commit: whoever replays it now would make it happen twice. */
    @Test
    void aTransactionWhoseEndIsUnknownIsLookedAtAgainByANewConnection() throws InterruptedException {
        loop.start();
        sessions.waiting.addAll(Set.of(id(1), id(2), id(3)));
        sessions.broken.add(id(2));
        sessions.unsettled.add(id(2));
        long last =
                log.append(assigned("n1", P1, 1), transaction(1, P1, 1), transaction(2, P1, 1), transaction(3, P1, 1));
        awaitApplied(last);
        assertThat(events).containsSubsequence("commit 2", "disconnect", "replay 3", "commit 4");
    }

    @Test
    void aDatabaseThatTheLogDoesNotReachBackToIsToBeRepaired() throws IOException, InterruptedException {
        log.append(assigned("n2", P2, 1));
        for (int i = 1; i <= 24; i++) {
            log.append(transaction(i, P2, 1));
        }
        await().until(() -> loop.judged() == 25);
        new LogRetention(log, 0, Duration.ofDays(1), Clock.systemUTC()).apply(20);
        database.standsAt(19);
        loop.start();
        await().untilAsserted(() -> assertThat(loop.state()).isEqualTo(new LoopState.OutOfReach(19, 21)));
        assertThat(loop.pause(Duration.ofSeconds(10))).isTrue();
        database.standsAt(20);
        loop.resume();
        awaitApplied(25);
        assertThat(done()).containsExactly("replay 21", "replay 22", "replay 23", "replay 24", "replay 25");
    }

    @Test
    void divergenceEndsIt() throws InterruptedException {
        log.append(assigned("n2", P2, 1));
        loop.start();
        awaitApplied(1);
        Diverged how = new Diverged(2, "public.t", "1 row(s)", "0 row(s)");
        database.nextTime(batch -> how);
        log.append(transaction(1, P2, 1), transaction(2, P2, 1));
        await().untilAsserted(() -> assertThat(loop.state()).isEqualTo(new LoopState.Diverged(how)));
        assertThat(loop.applied().applied()).isEqualTo(1);
        assertThat(done()).containsExactly("replay 1");
    }

    @Test
    void anUnreadableEntryEndsIt() {
        loop.start();
        log.propose(new byte[] {99, 99, 99});
        await().untilAsserted(() -> assertThat(loop.state()).isInstanceOf(LoopState.Failed.class));
    }

    @Test
    void masteryIsToldWhenJudgedAndWhenApplied() throws InterruptedException {
        loop.start();
        judgesAsTheyCome();
        long last = log.append(assigned("n1", P1, 1), assigned("n2", P2, 1));
        awaitApplied(last);
        await().untilAsserted(() -> assertThat(events)
                .contains("assigned n1 1", "open n1 1")
                .containsSubsequence("assigned n1 1", "open n1 1")
                .doesNotContain("assigned n2 1"));
    }

    /** Sessions of this process that wait for their commits. */
    private final class Sessions implements OwnTransactions {
        final Set<UUID> waiting = ConcurrentHashMap.newKeySet();
        final Set<UUID> broken = ConcurrentHashMap.newKeySet();
        final Set<UUID> unsettled = ConcurrentHashMap.newKeySet();

        @Override
        public boolean mine(UUID id) {
            return waiting.contains(id);
        }

        @Override
        public void accepted(UUID id, long index) {
            events.add("accepted " + id.getLeastSignificantBits() + " at " + index);
        }

        @Override
        public void rejected(UUID id, long index, Reason reason) {
            events.add("rejected " + id.getLeastSignificantBits() + " at " + index + " " + reason);
            waiting.remove(id);
        }

        @Override
        public Ended commit(List<Turn> turns, Progress progress) {
            int done = 0;
            for (Turn t : turns) {
                if (!waiting.contains(t.id()) || broken.contains(t.id())) {
                    return new Ended(done, !unsettled.remove(t.id()));
                }
                progress.committing(t.index());
                database.committedElsewhere(t.index());
                waiting.remove(t.id());
                events.add("commit " + t.index());
                progress.committed(t.index());
                done++;
            }
            return new Ended(done, true);
        }

        @Override
        public void applied(UUID id, long index) {
            events.add("applied " + id.getLeastSignificantBits() + " at " + index);
            waiting.remove(id);
        }
    }

    private final class Listener implements ApplyListener {
        @Override
        public void assigned(Mastership m) {
            events.add("assigned " + m.node() + " " + m.epoch());
        }

        @Override
        public void assignmentApplied(Mastership m) {
            events.add("open " + m.node() + " " + m.epoch());
        }

        @Override
        public void verificationPoint(UUID point, long index, VerificationScope scope) {
            events.add("point " + point.getLeastSignificantBits() + " at " + index + " applied "
                    + loop.applied().applied());
        }

        @Override
        public void schemaChanges() {
            events.add("schema");
        }

        @Override
        public void schemaChanged() {
            events.add("schema");
        }

        @Override
        public void durable(long index) {
            events.add("durable " + index);
        }

        @Override
        public void state(LoopState state) {
            events.add("state " + state.getClass().getSimpleName());
        }
    }
}
