package io.understudy.seeded;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.testing.SeededBug;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule of the commit protocol has a test that turns red without it: with a bug put into the product, that test fails, and without one it does not. */
class SeededBugIT {
    private static final long LIMIT_SECONDS = 180;
    private static final Map<SeededBug, String> FOUND_BY = Map.of(
            SeededBug.ACKNOWLEDGE_BEFORE_MAJORITY,
            "io.understudy.consensus.SimulationTest#agreementDurabilityAndProgress",
            SeededBug.SKIP_FENCING,
            "io.understudy.replay.EntryJudgeTest#anOlderEpochIsFenced",
            SeededBug.SKIP_GAP_CHECK,
            "io.understudy.execution.GapIT#whoWaitedForItsLockIsNotAppended",
            SeededBug.DROP_ENTRY,
            "io.understudy.replay.ReplayerIT#allKindsOfChanges",
            SeededBug.COMMIT_OUT_OF_ORDER,
            "io.understudy.execution.LocalCommitsTest#oneAfterAnotherInOrder");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void isFound(SeededBug bug) throws Exception {
        bug.writeInto(directory);
        assertThat(run(List.of(FOUND_BY.get(bug)))).as(bug + " was not found").isEqualTo(1);
    }

    @Test
    void withoutABugNothingIsFound() throws Exception {
        assertThat(run(FOUND_BY.values())).isZero();
    }

    private int run(Collection<String> methods) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsimulation.seeds=60",
                "-Dunderstudy.postgres=" + System.getProperty("understudy.postgres", ""),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                directory + File.pathSeparator + System.getProperty("java.class.path"),
                ChildRun.class.getName()));
        command.addAll(methods);
        Path output = directory.resolve("output");
        Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
        } finally {
            child.destroyForcibly();
            System.out.println(Files.readString(output, StandardCharsets.UTF_8));
        }
        return child.exitValue();
    }
}
