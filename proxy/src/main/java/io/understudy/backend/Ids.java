package io.understudy.backend;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/** Numbers of statements that are prepared on a connection, least recently used last out. */
final class Ids {
    private final int max;
    private final LinkedHashMap<Long, Boolean> ids = new LinkedHashMap<>(16, 0.75f, true);

    Ids(int max) {
        this.max = max;
    }

    boolean has(long id) {
        return ids.get(id) != null;
    }

    void add(long id, LongConsumer evicted) {
        ids.put(id, true);
        if (ids.size() > max) {
            Map.Entry<Long, Boolean> eldest = ids.firstEntry();
            ids.remove(eldest.getKey());
            evicted.accept(eldest.getKey());
        }
    }

    void remove(long id) {
        ids.remove(id);
    }

    void clear() {
        ids.clear();
    }
}
