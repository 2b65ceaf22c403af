package io.understudy.demo.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.jdbc.Route;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Writers, each of which tries a write until it is known to be done, and a reader who sees all that was acknowledged before. */
final class Traffic implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int WRITERS = 2;
    private static final int MORE = 30;

    final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();
    /** With the number 0 that was written before. */
    private final AtomicInteger acknowledged = new AtomicInteger(1);

    private final AtomicInteger again = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<CompletableFuture<Void>> threads = new ArrayList<>();

    Traffic(Application application) {
        for (int i = 0; i < WRITERS; i++) {
            threads.add(inThread(() -> {
                while (!over.get()) {
                    int number = numbers.incrementAndGet();
                    retried(() -> application.write(number), again);
                    acknowledged.incrementAndGet();
                }
                return null;
            }));
        }
        threads.add(inThread(() -> {
            while (!over.get()) {
                int before = acknowledged.get();
                Seen read = retried(application::read, again);
                assertThat(read.entries()).isGreaterThanOrEqualTo(before).isEqualTo(read.total());
                seen.add(read);
            }
            return null;
        }));
    }

    int acknowledged() {
        return acknowledged.get();
    }

    void awaitMore() {
        int writes = acknowledged.get() + MORE;
        int reads = seen.size() + MORE;
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> threads.stream().anyMatch(CompletableFuture::isDone)
                        || (acknowledged.get() >= writes && seen.size() >= reads));
        assertThat(threads).noneMatch(CompletableFuture::isDone);
    }

    @Override
    public void close() throws Exception {
        over.set(true);
        for (CompletableFuture<Void> thread : threads) {
            thread.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** What an application does with its framework. What it writes can be tried again. */
    interface Application {
        Route write(int number) throws Exception;

        Seen read() throws Exception;
    }

    /** What was read of two tables that change together, and where. */
    record Seen(long entries, long total, Route route) {}

    /** Tries again as the driver's exceptions say that it can be done. */
    static <T> T retried(Callable<T> work, AtomicInteger again) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return work.call();
            } catch (Exception e) {
                if (!isOfALoss(e) || System.nanoTime() > end) {
                    throw e;
                }
                again.incrementAndGet();
            }
        }
    }

    private static boolean isOfALoss(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientException
                    || t instanceof SQLRecoverableException
                    || t instanceof SQLNonTransientConnectionException) {
                return true;
            }
        }
        return false;
    }

    static <T> CompletableFuture<T> inThread(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
