package io.understudy.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AppendingTest {
    private final Appending appending = new Appending();

    @Test
    void tellsWhoElseIsAppending() {
        assertThat(appending.register(7)).isEmpty();
        assertThat(appending.register(8)).containsExactly(7L);
        assertThat(appending.register(9)).containsExactlyInAnyOrder(7L, 8L);
        appending.remove(7);
        assertThat(appending.register(10)).containsExactlyInAnyOrder(8L, 9L);
        appending.clear();
        assertThat(appending.register(11)).isEmpty();
    }

    /** Register first, ask second: of any two at least one must hear of the other, or both could miss the other's loss. */
    @Test
    void ofTwoAtOnceOneHearsOfTheOther() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 500; round++) {
                List<Callable<Collection<Long>>> both = new ArrayList<>();
                both.add(() -> appending.register(1));
                both.add(() -> appending.register(2));
                List<Future<Collection<Long>>> heard = threads.invokeAll(both);
                assertThat(heard.get(0).get().contains(2L) || heard.get(1).get().contains(1L))
                        .isTrue();
                appending.clear();
            }
        }
    }
}
