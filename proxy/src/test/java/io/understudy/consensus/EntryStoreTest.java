package io.understudy.consensus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.log.Cut;
import io.understudy.log.LogBase;
import io.understudy.log.TruncatedLogException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryStoreTest {
    private static final long SEGMENT = 4000;
    private static final long CACHE = 500;

    private final SimulatedDisk disk = new SimulatedDisk();

    private EntryStore open() throws IOException {
        return new EntryStore(disk, SEGMENT, CACHE);
    }

    private static void append(EntryStore store, long from, long to, int term) throws IOException {
        for (long i = from; i <= to; i++) {
            store.append(i, term, new Payload(("entry " + i + " of term " + term).getBytes(UTF_8)));
        }
    }

    /** The last place at or before {@code index} where the log can be cut, or its base. */
    private static long cut(EntryStore store, long index) {
        return store.cuts(index).stream()
                .mapToLong(Cut::index)
                .max()
                .orElse(store.base().index());
    }

    private static String text(EntryStore store, long index) throws IOException {
        return new String(store.read(index), UTF_8);
    }

    @Test
    void readsWhatWasAppendedFromMemoryAndDiskAndAfterReopening() throws IOException {
        EntryStore store = open();
        append(store, 1, 500, 3);
        store.flush();
        store.committed(480);
        append(store, 501, 501, 4);
        store.flush();
        for (EntryStore each : List.of(store, open())) {
            assertThat(each.lastIndex()).isEqualTo(501);
            assertThat(each.lastTerm()).isEqualTo(4);
            assertThat(each.committedIndex()).isEqualTo(480);
            assertThat(each.forcedIndex()).isEqualTo(501);
            for (long i = 501; i >= 1; i -= 7) {
                assertThat(text(each, i)).startsWith("entry " + i + " of");
                assertThat(each.term(i)).isEqualTo(i == 501 ? 4 : 3);
            }
        }
        assertThat(disk.names()).hasSizeGreaterThan(3);
    }

    @Test
    void truncationRemovesWholeSegmentsAndIsDurable() throws IOException {
        EntryStore store = open();
        append(store, 1, 300, 1);
        store.flush();
        store.truncateFrom(40);
        disk.crash(new Random(1));
        EntryStore reopened = open();
        assertThat(reopened.lastIndex()).isEqualTo(39);
        append(reopened, 40, 60, 2);
        reopened.flush();
        assertThat(text(open(), 50)).isEqualTo("entry 50 of term 2");
    }

    @Test
    void whatIsForgottenIsGoneForGoodAndTheRestIsThere() throws IOException {
        EntryStore store = open();
        append(store, 1, 500, 3);
        store.flush();
        store.committed(400);
        append(store, 501, 501, 3);
        store.flush();
        long cut = cut(store, 350);
        assertThat(cut).isBetween(200L, 350L);
        assertThat(cut(store, 0)).isZero();
        assertThat(cut(store, Long.MAX_VALUE - 1)).isBetween(400L, 499L);
        long before = store.bytes();
        store.prepare(cut, "what it comes to".getBytes(UTF_8));
        assertThatThrownBy(() -> store.forget(cut - 1)).isInstanceOf(IllegalStateException.class);
        store.forget(cut);
        assertThat(store.bytes()).isLessThan(before);
        EntryStore reopened = open();
        for (EntryStore each : List.of(store, reopened)) {
            assertThat(each.firstIndex()).isEqualTo(cut + 1);
            assertThat(each.base().state()).asString().isEqualTo("what it comes to");
            assertThat(each.term(cut)).isEqualTo(3);
            assertThatThrownBy(() -> each.read(cut))
                    .isInstanceOf(TruncatedLogException.class)
                    .hasMessageContaining("begins at entry " + (cut + 1));
            for (long i = cut + 1; i <= 501; i++) {
                assertThat(text(each, i)).startsWith("entry " + i + " of");
            }
            assertThat(cut(each, cut + 1)).isEqualTo(cut);
        }
    }

    /** Between the two the next part of the log may have come to be removed as well. */
    @Test
    void onlyWhatWasPreparedLastIsForgotten() throws IOException {
        EntryStore store = open();
        append(store, 1, 500, 1);
        store.flush();
        store.committed(400);
        long earlier = cut(store, 200);
        long later = cut(store, 350);
        store.prepare(earlier, new byte[] {1});
        store.prepare(later, new byte[] {2});
        store.forget(earlier);
        assertThat(store.firstIndex()).isOne();
        assertThat(open().firstIndex()).isOne();
        store.forget(later);
        for (EntryStore each : List.of(store, open())) {
            assertThat(each.firstIndex()).isEqualTo(later + 1);
            assertThat(each.base().state()).containsExactly(2);
        }
    }

    @Test
    void theUncommittedIsNotForgotten() throws IOException {
        EntryStore store = open();
        append(store, 1, 500, 1);
        store.flush();
        long cut = cut(store, 400);
        store.committed(cut - 1);
        store.prepare(cut, new byte[0]);
        assertThatThrownBy(() -> store.forget(cut)).isInstanceOf(IllegalStateException.class);
        assertThat(store.firstIndex()).isOne();
    }

    /** Whenever the power fails, the log is whole from its base on, and nothing is lost that had been forced. */
    @RepeatedTest(60)
    void aCrashWhileForgettingOrBeginningAnewLosesNothing(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        EntryStore store = open();
        append(store, 1, 300, 1);
        store.committed(250);
        append(store, 301, 500, 1);
        store.flush();
        long cut = cut(store, 240);
        store.prepare(cut, new byte[] {1});
        int step = random.nextInt(4);
        if (step > 0) {
            store.forget(cut);
        }
        boolean anew = step > 1;
        if (anew) {
            store.restart(new LogBase(random.nextBoolean() ? 400 : 900, 2, new byte[0], new byte[] {2}));
        }
        if (step > 2) {
            append(store, store.lastIndex() + 1, store.lastIndex() + 200, 2);
            store.flush();
        }
        long last = store.lastIndex();
        long base = store.base().index();
        disk.crash(random);
        EntryStore reopened = open();
        assertThat(reopened.lastIndex()).isEqualTo(last);
        if (anew) {
            assertThat(reopened.base().index()).isEqualTo(base);
            assertThat(reopened.base().state()).containsExactly(2);
        } else {
            assertThat(reopened.base().index()).isIn(0L, cut);
        }
        for (long i = reopened.firstIndex(); i <= last; i++) {
            assertThat(text(reopened, i)).isEqualTo("entry " + i + " of term " + (anew ? 2 : 1));
        }
    }

    @Test
    void aDamagedBaseIsNoticed() throws IOException {
        EntryStore store = open();
        append(store, 1, 500, 1);
        store.committed(500);
        store.flush();
        long cut = cut(store, 400);
        store.prepare(cut, "state".getBytes(UTF_8));
        store.forget(cut);
        disk.flip(BaseFile.NAME, 20);
        assertThatThrownBy(this::open).isInstanceOf(CorruptLogException.class).hasMessageContaining("checksum");
    }

    @Test
    void theCommittedIsNeverTruncated() throws IOException {
        EntryStore store = open();
        append(store, 1, 10, 1);
        store.committed(5);
        assertThatThrownBy(() -> store.truncateFrom(5)).isInstanceOf(IllegalStateException.class);
        store.truncateFrom(6);
        assertThat(store.lastIndex()).isEqualTo(5);
    }

    @RepeatedTest(300)
    void aCrashKeepsAllThatWasFlushed(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        List<String> flushed = new ArrayList<>();
        for (int life = 0; life < 4; life++) {
            EntryStore store = open();
            assertThat(store.lastIndex())
                    .as("seed %s", repetition.getCurrentRepetition())
                    .isGreaterThanOrEqualTo(flushed.size());
            for (int i = 0; i < flushed.size(); i++) {
                assertThat(text(store, i + 1)).isEqualTo(flushed.get(i));
            }
            while (flushed.size() < store.lastIndex()) {
                flushed.add(text(store, flushed.size() + 1));
            }
            for (int batch = random.nextInt(12); batch >= 0; batch--) {
                for (int i = random.nextInt(10); i >= 0; i--) {
                    String entry = life + " " + random.nextInt() + "x".repeat(random.nextInt(400));
                    store.append(store.lastIndex() + 1, life + 1, new Payload(entry.getBytes(UTF_8)));
                }
                if (batch > 0) {
                    store.flush();
                    while (flushed.size() < store.lastIndex()) {
                        flushed.add(text(store, flushed.size() + 1));
                    }
                }
            }
            disk.crash(random);
        }
    }

    @Test
    void damageInAnOldSegmentIsRefusedWithFileAndOffset() throws IOException {
        append500();
        String first = disk.names().getFirst();
        disk.flip(first, 200);
        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining(first)
                .hasMessageContaining("offset");
    }

    @Test
    void damageBeforeForcedEntriesOfTheLastSegmentIsRefused() throws IOException {
        append500();
        String last = disk.names().getLast();
        disk.flip(last, Segment.FILE_HEAD + RecordHead.HEAD + 2);
        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("had been made durable");
    }

    @Test
    void aMissingSegmentIsRefused() throws IOException {
        append500();
        disk.delete(disk.names().get(1));
        assertThatThrownBy(this::open).isInstanceOf(CorruptLogException.class).hasMessageContaining("missing");
    }

    @Test
    void damageFoundWhileReadingIsNotReturned() throws IOException {
        append500();
        EntryStore store = open();
        disk.flip(disk.names().getFirst(), Segment.FILE_HEAD + RecordHead.HEAD + 2);
        assertThatThrownBy(() -> store.read(1)).isInstanceOf(CorruptLogException.class);
    }

    private void append500() throws IOException {
        EntryStore store = open();
        for (int i = 1; i <= 500; i += 2) {
            append(store, i, i + 1, 1);
            store.flush();
        }
    }

    @Test
    void onARealDirectory(@TempDir Path directory) throws IOException {
        byte[] large = new byte[5 << 20];
        new Random(1).nextBytes(large);
        try (EntryStore store = new EntryStore(new DirectoryDisk(directory), 1 << 20, 1 << 20)) {
            append(store, 1, 2000, 1);
            store.append(2001, 1, new Payload(large));
            append(store, 2002, 2010, 1);
            store.flush();
            assertThat(store.read(2001)).isEqualTo(large);
        }
        try (EntryStore store = new EntryStore(new DirectoryDisk(directory), 1 << 20, 1 << 20)) {
            assertThat(store.lastIndex()).isEqualTo(2010);
            assertThat(store.read(2001)).isEqualTo(large);
            assertThat(text(store, 1999)).isEqualTo("entry 1999 of term 1");
        }
    }
}
