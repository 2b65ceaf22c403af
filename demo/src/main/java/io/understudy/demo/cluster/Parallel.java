package io.understudy.demo.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same for several at once. */
final class Parallel {
    private Parallel() {}

    /** What is done. */
    @FunctionalInterface
    interface Action<T> {
        void on(T element) throws IOException;
    }

    /**
     * Does it for all, waits for all.
     *
     * @throws IOException the first failure, the others suppressed in it
     */
    static <T> void each(List<T> elements, Action<T> action) throws IOException {
        List<IOException> failures = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (T element : elements) {
                running.add(threads.submit(() -> {
                    action.on(element);
                    return true;
                }));
            }
            for (Future<?> one : running) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    failures.add(e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
                } catch (InterruptedException e) {
                    threads.shutdownNow();
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
        }
        if (!failures.isEmpty()) {
            IOException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }
}
