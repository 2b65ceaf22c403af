package io.understudy.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives equal statements of all clients one id, so that they share a prepared statement on each backend and different ones never collide. The catalog version is part
 * of what is equal: after DDL a new preparation is a new statement, as with a server of one's own. So are the settings it is prepared under: a server looks names up by
 * search_path and reads literals by DateStyle and the like when it prepares, once and for all.
 */
final class StatementIds {
    private static final int STATEMENTS_MAX = 50_000;

    private final AtomicLong next = new AtomicLong(1);
    private final Cache<Key, Long> ids =
            Caffeine.newBuilder().maximumSize(STATEMENTS_MAX).build();

    long of(String sql, int[] types, long catalogVersion, String settings) {
        return ids.get(new Key(sql, types, catalogVersion, settings), k -> next.getAndIncrement());
    }

    /** For a statement that may mean something else in its session than in any other. */
    long unshared() {
        return next.getAndIncrement();
    }

    private record Key(String sql, int[] types, long catalogVersion, String settings) {
        @Override
        public boolean equals(@Nullable Object o) {
            return o instanceof Key k
                    && catalogVersion == k.catalogVersion
                    && sql.equals(k.sql)
                    && settings.equals(k.settings)
                    && Arrays.equals(types, k.types);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * (31 * sql.hashCode() + settings.hashCode()) + Arrays.hashCode(types))
                    + Long.hashCode(catalogVersion);
        }
    }
}
