package io.understudy.execution;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ids of the local transactions between registration and the end of their local commit (or its repair): what the gap check asks PostgreSQL about. Register first, ask second.
 */
final class Appending {
    private final Set<Long> xids = ConcurrentHashMap.newKeySet();

    /** Registers, then tells who else is registered. */
    Collection<Long> register(long xid) {
        xids.add(xid);
        return xids.stream().filter(x -> x != xid).toList();
    }

    void remove(long xid) {
        xids.remove(xid);
    }

    void clear() {
        xids.clear();
    }
}
