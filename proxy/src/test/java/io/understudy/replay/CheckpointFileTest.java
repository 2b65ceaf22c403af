package io.understudy.replay;

import static io.understudy.replay.Entries.P1;
import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.replay.EntryJudge.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
    private static final Checkpoint SAVED = new Checkpoint(16_384, new Mastership(3, "n\u00fc1", P1, 900), 1234567);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void withoutAFileJudgingBeginsAtTheStart() throws IOException {
        assertThat(new CheckpointFile(directory).load()).isEqualTo(Checkpoint.START);
    }

    @Test
    void theLastOneSavedIsLoaded() throws IOException {
        new CheckpointFile(directory).save(Checkpoint.START);
        new CheckpointFile(directory).save(SAVED);
        assertThat(new CheckpointFile(directory).load()).isEqualTo(SAVED);
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    /** Every byte is covered by the sum: a wrong checkpoint would let a copy of an entry count twice. */
    @Test
    void noDamageIsBelieved() throws IOException {
        new CheckpointFile(directory).save(SAVED);
        Path file = directory.resolve("judge");
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            Files.write(file, bad);
            assertThat(new CheckpointFile(directory).load()).as("byte %d", i).isEqualTo(Checkpoint.START);
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertThat(new CheckpointFile(directory).load())
                    .as("length %d", length)
                    .isEqualTo(Checkpoint.START);
        }
    }
}
