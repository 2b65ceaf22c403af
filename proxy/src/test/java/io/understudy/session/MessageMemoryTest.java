package io.understudy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MessageMemoryTest {
    private static final int MIB = 1 << 20;

    @Test
    void whatOneSessionMayNeverHaveIsRefusedAtOnce() {
        MessageMemory memory = new MessageMemory(MIB, Duration.ofDays(1));
        assertRefused("54000", () -> memory.take(2 * MIB, 0));
        assertRefused("54000", () -> memory.take(Integer.MAX_VALUE, 0));
    }

    @Test
    void whatASessionHasCounts() throws Exception {
        MessageMemory memory = new MessageMemory(MIB, Duration.ofDays(1));
        int held = memory.take(MIB / 2, 0);
        assertRefused("54000", () -> memory.take(MIB / 2 + 100_000, held));
    }

    @Test
    void othersAreWaitedForAndNotForEver() throws Exception {
        MessageMemory impatient = new MessageMemory(MIB, Duration.ZERO);
        int held = impatient.take(MIB / 2, 0);
        assertRefused("53200", () -> impatient.take(MIB / 2 + 100_000, 0));
        impatient.giveBack(held);
        assertThat(impatient.take(MIB / 2 + 100_000, 0)).isPositive();
    }

    @Test
    void whoWaitsGoesOnWhenThereIsRoom() throws Exception {
        MessageMemory memory = new MessageMemory(MIB, Duration.ofSeconds(30));
        int held = memory.take(MIB / 2, 0);
        CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> {
            try {
                return memory.take(MIB / 2 + 100_000, 0);
            } catch (SessionEnd e) {
                throw new IllegalStateException(e);
            }
        });
        memory.giveBack(held);
        assertThat(get(other)).isPositive();
    }

    private static int get(CompletableFuture<Integer> future) throws Exception {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @FunctionalInterface
    private interface Taking {
        void run() throws SessionEnd;
    }

    private static void assertRefused(String sqlState, Taking taking) {
        assertThatThrownBy(taking::run)
                .isInstanceOfSatisfying(
                        SessionEnd.class, e -> assertThat(e.fields().sqlState()).isEqualTo(sqlState));
    }
}
