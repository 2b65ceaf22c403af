package io.understudy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftLogTest {
    private static final List<String> THREE = List.of("n1", "n2", "n3");

    @TempDir
    private Path directory;

    private DurableState open(List<String> members) throws IOException {
        return DurableState.open(
                new DirectoryDisk(directory), Founders.of("n1", members), new StoreLimits(4000, 0), e -> {
                    throw new AssertionError(e);
                });
    }

    private void leave() throws IOException {
        try (DurableState state = open(THREE)) {
            state.persistAndFlushTerm(RaftMessages.FACTORY
                    .createRaftTermPersistentStateBuilder()
                    .setTerm(7)
                    .setVotedFor(new Member("n3"))
                    .build());
            for (long i = 1; i <= 5; i++) {
                state.entries().append(i, 7, new Payload(EntryCodec.encode(new Entry.Noop())));
                state.entries().committed(Math.min(i, 3));
            }
            state.flush();
        }
    }

    @Test
    void goesOnWithOtherMembersInATermOfItsOwn() throws IOException {
        leave();
        try (LeftLog left = new LeftLog(directory)) {
            assertThat(left.node()).isEqualTo("n1");
            assertThat(left.members()).isEqualTo(THREE);
            assertThat(left.lastIndex()).isEqualTo(5);
            assertThat(left.committedIndex()).isEqualTo(3);
            assertThat(left.lastWrite()).isEmpty();
        }
        assertThatThrownBy(() -> open(List.of("n1"))).isInstanceOf(CorruptLogException.class);
        try (LeftLog left = new LeftLog(directory)) {
            left.goOnWith(List.of("n4", "n1"));
        }
        try (DurableState state = open(List.of("n1", "n4"))) {
            assertThat(state.vote()).isEqualTo(new VoteFile.Vote("n1", "", List.of("n1", "n4"), 5, 8, ""));
            assertThat(state.entries().lastIndex()).isEqualTo(5);
        }
        assertThatThrownBy(() -> open(THREE)).isInstanceOf(CorruptLogException.class);
    }

    @Test
    void aDirectoryInUseIsLeftAlone() throws IOException {
        leave();
        try (DirectoryLock used = new DirectoryLock(directory)) {
            assertThat(used).isNotNull();
            assertThatThrownBy(() -> new LeftLog(directory)).hasMessageContaining("in use by another process");
        }
        new LeftLog(directory).close();
    }

    @Test
    void whatIsNoLogIsRefused() {
        assertThatThrownBy(() -> new LeftLog(directory)).hasMessageContaining("has no log of a node");
        assertThatThrownBy(() -> new LeftLog(directory.resolve("none"))).hasMessageContaining("does not exist");
    }
}
