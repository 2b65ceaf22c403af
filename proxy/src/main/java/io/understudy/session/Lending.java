package io.understudy.session;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Takes connections from sessions that keep them only for what currval() and lastval() answer, and do nothing, when others wait for one: most that insert a row with a
 * generated key never ask, or ask at once. Who asks later is told that there is no value yet, as after a failover. For one thread.
 */
final class Lending {
    /** So long nobody is asked to give up what he may be about to ask for. */
    private static final Duration KEPT = Duration.ofMillis(100);

    static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Supplier<Collection<ClientSession>> sessions;
    private final BooleanSupplier anyoneWaits;
    private final ToIntFunction<String> waiting;

    /**
     * @param anyoneWaits for a connection; cheap
     * @param waiting how many wait for one to this node's server as that user
     */
    Lending(Supplier<Collection<ClientSession>> sessions, BooleanSupplier anyoneWaits, ToIntFunction<String> waiting) {
        this.sessions = sessions;
        this.anyoneWaits = anyoneWaits;
        this.waiting = waiting;
    }

    /** One look, if anyone waits. */
    void look() {
        if (anyoneWaits.getAsBoolean()) {
            lend(System.nanoTime());
        }
    }

    private void lend(long now) {
        Map<String, List<Keeping>> keeping = sessions.get().stream()
                .flatMap(s -> s.keepsSequenceValuesSince().stream()
                        .filter(since -> now - since >= KEPT.toNanos())
                        .mapToObj(since -> new Keeping(s, now - since)))
                .collect(Collectors.groupingBy(k -> k.session().user()));
        keeping.forEach((user, all) -> {
            int left = waiting.applyAsInt(user);
            all.sort(Comparator.comparingLong(Keeping::idleNanos).reversed());
            for (int i = 0; i < all.size() && left > 0; i++) {
                if (all.get(i).session().lend()) {
                    left--;
                }
            }
        });
    }

    private record Keeping(ClientSession session, long idleNanos) {}
}
