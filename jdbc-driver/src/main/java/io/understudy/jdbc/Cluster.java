package io.understudy.jdbc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all connections with the same URL and user share: causal tokens, and what is known of the nodes. Safe for use by many threads. */
final class Cluster {
    private final Nodes nodes;
    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong seen = new AtomicLong();
    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicInteger losses = new AtomicInteger();
    private final AtomicBoolean probing = new AtomicBoolean();

    Cluster(UnderstudyUrl url) {
        this.nodes = new Nodes(url.nodes(), System::nanoTime);
    }

    Nodes nodes() {
        return nodes;
    }

    /** A connection of the data source committed at that index, or was told of it. */
    void committed(long index) {
        raise(committed, index);
    }

    /** A connection of the data source may have seen that index. */
    void seen(long index) {
        raise(seen, index);
    }

    private static void raise(AtomicLong to, long index) {
        // Read first: most of the time there is nothing to do, and a write would take the cache line from the others.
        if (index > to.get()) {
            to.accumulateAndGet(index, Math::max);
        }
    }

    /** What a connection must see. */
    long token(Causality causality) {
        return switch (causality) {
            case WRITES -> committed.get();
            case READS -> Math.max(committed.get(), seen.get());
            case CONNECTION -> 0;
        };
    }

    /** How many links have been lost: a number that has changed says that it is time to look after the others. */
    int losses() {
        return losses.get();
    }

    /** A link to that address was lost. */
    void lost(Address address, Duration avoid) {
        nodes.failed(address, avoid);
        nodes.askSoon();
        losses.incrementAndGet();
    }

    void use() {
        inUse.incrementAndGet();
    }

    void leave() {
        inUse.decrementAndGet();
    }

    boolean inUse() {
        return inUse.get() > 0;
    }

    /** Whether the caller is the one to probe; it calls {@link #probed} in the end. */
    boolean beginProbe() {
        return probing.compareAndSet(false, true);
    }

    void probed() {
        probing.set(false);
    }
}
