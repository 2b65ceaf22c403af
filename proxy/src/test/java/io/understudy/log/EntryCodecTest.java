package io.understudy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class EntryCodecTest {

    @RepeatedTest(200)
    void anyEntryComesBack(RepetitionInfo repetition) {
        RandomEntries random = new RandomEntries(repetition.getCurrentRepetition());
        for (int i = 0; i < 20; i++) {
            Entry entry = random.entry();
            byte[] bytes = EntryCodec.encode(entry);
            assertThat(EntryCodec.decode(bytes)).isEqualTo(entry);
            assertThat(EntryCodec.encode(EntryCodec.decode(bytes))).isEqualTo(bytes);
        }
    }

    @RepeatedTest(20)
    void cutOffOrWithSomethingBehindIsRefused(RepetitionInfo repetition) {
        RandomEntries random = new RandomEntries(1000 + repetition.getCurrentRepetition());
        byte[] bytes = EntryCodec.encode(random.entry());
        for (int length = 0; length < Math.min(bytes.length, 3000); length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> EntryCodec.decode(cut)).isInstanceOf(EntryFormatException.class);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> EntryCodec.decode(longer)).isInstanceOf(EntryFormatException.class);
    }

    @Test
    void anAssignmentOfAnEarlyLogHasNoTimes() {
        BinaryWriter out = new BinaryWriter(64);
        out.u8(1);
        out.u8(1);
        out.text("node1");
        out.uuid(new UUID(1, 2));
        out.unsigned(4);
        out.text("there was no master");
        byte[] early = out.toBytes();
        Entry.MasterAssigned assigned = new Entry.MasterAssigned("node1", new UUID(1, 2), 4, "there was no master");
        assertThat(EntryCodec.decode(early)).isEqualTo(assigned);
        assertThat(EntryCodec.isMasterAssigned(early)).isTrue();
        assertThat(EntryCodec.isMasterAssigned(EntryCodec.encode(assigned))).isTrue();
        assertThat(EntryCodec.isMasterAssigned(EntryCodec.encode(new Entry.Noop())))
                .isFalse();
    }

    @Test
    void unknownVersionAndKindAreRefused() {
        assertThatThrownBy(() -> EntryCodec.decode(new byte[] {2, 0}))
                .isInstanceOf(EntryFormatException.class)
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> EntryCodec.decode(new byte[] {1, 99}))
                .isInstanceOf(EntryFormatException.class)
                .hasMessageContaining("kind 99");
    }

    @Test
    void aLengthBeyondTheEndAllocatesNothing() {
        byte[] bytes = {1, 1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, 'x'};
        assertThatThrownBy(() -> EntryCodec.decode(bytes)).isInstanceOf(EntryFormatException.class);
    }

    @Test
    void aHundredMegabytes() {
        String row = "x".repeat(1 << 20);
        Form form = new Form.Rows(List.of(new Form.TableChanges(
                new TableShape("public", "t", List.of(), List.of()),
                false,
                List.copyOf(Collections.nCopies(100, new RowChange.Insert(row))))));
        UUID id = new UUID(1, 2);
        Entry entry = new Entry.Transaction(
                id, id, 1, 2, 3, 4, new SessionContext("r", Map.of()), List.of(), form, List.of());
        byte[] bytes = EntryCodec.encode(entry);
        assertThat(bytes.length).isBetween(100 << 20, 101 << 20);
        assertThat(EntryCodec.decode(bytes).equals(entry)).isTrue();
    }

    @RepeatedTest(50)
    void whoPassesChunksByReadsOnlyTheirHead(RepetitionInfo repetition) {
        RandomEntries random = new RandomEntries(2000 + repetition.getCurrentRepetition());
        for (int i = 0; i < 20; i++) {
            Entry entry = random.entry();
            Entry expected = entry instanceof Entry.Chunk c
                    ? new Entry.Chunk(c.id(), c.process(), c.epoch(), c.transaction(), c.number(), List.of())
                    : entry;
            assertThat(EntryCodec.decodeWithoutChunks(EntryCodec.encode(entry))).isEqualTo(expected);
        }
    }

    @Test
    void aNoopIsTwoBytes() {
        assertThat(EntryCodec.encode(new Entry.Noop())).containsExactly(1, 0);
    }
}
