package io.understudy.session;

import java.util.function.Supplier;
import java.util.stream.Stream;

/** Looks now and then whether clients whose statements run for long are still there. One thread of its own. */
final class PresenceWatch implements AutoCloseable {
    private final Supplier<Stream<Presence>> sessions;
    private final Thread thread = Thread.ofPlatform().name("presence").daemon().unstarted(this::run);

    PresenceWatch(Supplier<Stream<Presence>> sessions) {
        this.sessions = sessions;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(Presence.SILENCE);
                long now = System.nanoTime();
                sessions.get().forEach(p -> p.look(now));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
