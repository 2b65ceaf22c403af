package io.understudy.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.election.Election.Kind;
import io.understudy.election.Election.Step;
import io.understudy.event.EventLog;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.SessionContext;
import io.understudy.log.WholeLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ElectionBookTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UUID PROCESS = new UUID(1, 2);

    private final ListLog log = new ListLog();
    private final EventLog events = new EventLog("n2", Clock.fixed(NOON.plusMillis(900), ZoneOffset.UTC));
    private final ElectionBook book = new ElectionBook(log, events);

    @AfterEach
    void close() {
        book.close();
    }

    @Test
    void writesWereDownFromTheOldMastersLastSignToTheNewOnesOpening() {
        log.add(assigned("n1", 1, "there was no master", 0, 0));
        log.add(assigned("n2", 2, "n1 left the membership view", 1000, 400));
        events.add("vote", "n2 votes for n2 in term 3");
        book.assigned(2, 2);
        book.opened(2, NOON.plusMillis(1250));
        Election election = awaitElections(2).getFirst();
        assertThat(election.master()).isEqualTo("n2");
        assertThat(election.previous()).isEqualTo("n1");
        assertThat(election.kind()).isEqualTo(Kind.FAILOVER);
        assertThat(election.down()).contains(Duration.ofMillis(850));
        assertThat(election.exact()).isTrue();
        assertThat(election.steps()).extracting(Step::text).containsExactly("n2 votes for n2 in term 3");
        Election first = book.all().getLast();
        assertThat(first.kind()).isEqualTo(Kind.FIRST);
        assertThat(first.down()).isEmpty();
    }

    @Test
    void afterARestartTheLogAloneGivesAnUpperBound() {
        log.add(assigned("n1", 1, "there was no master", 0, 0));
        log.add(transaction(1, 200));
        log.add(assigned("n1", 2, "the proxy of n1 was restarted", 3000, 0));
        log.add(transaction(1, 3100)); // of the old epoch: does not count
        log.add(transaction(2, 3500));
        book.assigned(2, 3);
        Election election = awaitElections(2).getFirst();
        assertThat(election.index()).isEqualTo(3);
        assertThat(election.down()).contains(Duration.ofMillis(3300));
        assertThat(election.exact()).isFalse();
        book.opened(2, NOON.plusMillis(3200));
        assertThat(book.all().getFirst().down()).contains(Duration.ofMillis(3000));
    }

    @Test
    void assignmentsThatDoNotCountAreNotElections() {
        log.add(assigned("n1", 1, "there was no master", 0, 0));
        log.add(assigned("n3", 1, "there was no master", 0, 0));
        log.add(assigned("n3", 4, "too early", 0, 0));
        log.add(assigned("n2", 2, "switchover from n1", 1000, 900));
        book.assigned(2, 4);
        assertThat(awaitElections(2)).extracting(Election::master).containsExactly("n2", "n1");
        assertThat(book.all().getFirst().kind()).isEqualTo(Kind.SWITCHOVER);
    }

    @Test
    void whatOtherNodesRememberIsAddedInOrder() {
        log.add(assigned("n1", 1, "there was no master", 0, 0));
        log.add(assigned("n2", 2, "n1 left", 1000, 400));
        events.add("vote", "own");
        book.assigned(2, 2);
        awaitElections(2);
        book.told("n3", 2, List.of(new Step(NOON.plusMillis(850), "n3", "vote", "theirs")));
        assertThat(book.all().getFirst().steps()).extracting(Step::text).containsExactly("theirs", "own");
        assertThat(book.own().getFirst().steps()).extracting(Step::text).containsExactly("own");
        long version = book.version();
        book.told("n3", 2, List.of(new Step(NOON.plusMillis(850), "n3", "vote", "theirs")));
        assertThat(book.version()).as("nothing new").isEqualTo(version);
    }

    private List<Election> awaitElections(int count) {
        await().atMost(Duration.ofSeconds(5)).until(() -> book.all().size() == count);
        return book.all();
    }

    private static Entry assigned(String node, long epoch, String reason, long decided, long writable) {
        return new Entry.MasterAssigned(
                node, PROCESS, epoch, reason, decided == 0 ? 0 : micros(decided), writable == 0 ? 0 : micros(writable));
    }

    private static Entry transaction(long epoch, long millis) {
        return new Entry.Transaction(
                UUID.randomUUID(),
                PROCESS,
                epoch,
                7,
                micros(millis),
                micros(millis),
                new SessionContext("r", Map.of()),
                List.of(),
                new Form.Rows(List.of()),
                List.of());
    }

    private static long micros(long millisAfterNoon) {
        return NOON.plusMillis(millisAfterNoon).toEpochMilli() * 1000;
    }

    private static final class ListLog implements WholeLog {
        private final List<byte[]> entries = new ArrayList<>();

        void add(Entry entry) {
            entries.add(EntryCodec.encode(entry));
        }

        @Override
        public void propose(byte[] entry) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long committedIndex() {
            return entries.size();
        }

        @Override
        public byte[] read(long index) {
            return entries.get((int) index - 1);
        }

        @Override
        public Leadership leadership() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void transferLeadership(String node) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
