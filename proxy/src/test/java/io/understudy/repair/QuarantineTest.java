package io.understudy.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineTest {
    @TempDir
    private Path directory;

    @Test
    void outlivesTheProcessUntilItIsRepaired() throws IOException {
        Quarantine first = Quarantine.in(directory);
        assertThat(first.isOn()).isFalse();
        assertThat(first.begin("t differs")).isTrue();
        assertThat(first.begin("something else")).isFalse();
        first.progress("half");

        Quarantine second = Quarantine.in(directory);
        assertThat(second.reason()).contains("t differs");
        assertThat(second.progress()).isEmpty();
        second.requireDurable();
        second.repaired();
        assertThat(second.isOn()).isFalse();
        assertThat(second.repairs()).isEqualTo(1);

        assertThat(Quarantine.in(directory).isOn()).isFalse();
    }

    @Test
    void aDatabaseIsNotRepairedOutsideOfIt() throws IOException {
        assertThatThrownBy(Quarantine.in(directory)::requireDurable).isInstanceOf(IllegalStateException.class);
    }
}
