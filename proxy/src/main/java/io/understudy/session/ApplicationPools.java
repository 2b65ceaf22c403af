package io.understudy.session;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What sessions of one user from one address have committed through this node. Most applications take any connection of their pool for each statement, and expect to read what they wrote by another one; the
 * proxy cannot know what belongs to a pool, but this is what a pool looks like from here. Safe for use by many threads.
 */
final class ApplicationPools {
    private final Map<Key, Pool> pools = new ConcurrentHashMap<>();

    private record Key(String user, String database, InetAddress from) {}

    /** The sessions of one. */
    static final class Pool {
        private final AtomicLong committed = new AtomicLong();
        private int sessions;

        void committed(long index) {
            if (index > committed.get()) {
                committed.accumulateAndGet(index, Math::max);
            }
        }

        /** Highest index that any of its sessions has committed. */
        long committed() {
            return committed.get();
        }
    }

    /** To be left again by {@link #leave}. */
    Pool join(SessionUser user, InetAddress from) {
        return pools.compute(key(user, from), (k, p) -> {
            Pool pool = p == null ? new Pool() : p;
            pool.sessions++;
            return pool;
        });
    }

    void leave(SessionUser user, InetAddress from) {
        pools.computeIfPresent(key(user, from), (k, p) -> --p.sessions == 0 ? null : p);
    }

    int size() {
        return pools.size();
    }

    private static Key key(SessionUser user, InetAddress from) {
        return new Key(user.name(), user.database(), from);
    }
}
