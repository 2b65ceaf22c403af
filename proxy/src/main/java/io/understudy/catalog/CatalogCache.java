package io.understudy.catalog;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The newest catalog snapshot this node has, and whether something has changed since it was read. Safe for use by many threads.
 */
public final class CatalogCache implements Supplier<DatabaseCatalog> {
    private final AtomicLong changes = new AtomicLong(1);
    private volatile DatabaseCatalog current = DatabaseCatalog.EMPTY;
    private volatile long readAt;

    @Override
    public DatabaseCatalog get() {
        return current;
    }

    /** The schema is about to change, or may have changed: called before the change becomes visible, and again after. */
    public void invalidate() {
        changes.incrementAndGet();
    }

    /** Whether nothing has changed since the current snapshot was read. */
    public boolean isFresh() {
        return readAt == changes.get();
    }

    /** Where changes stand; to be read before a new snapshot is. */
    public long changes() {
        return changes.get();
    }

    /** A snapshot that was read when changes stood at {@code readAt}. */
    public void set(DatabaseCatalog catalog, long readAt) {
        this.current = catalog;
        this.readAt = readAt;
    }
}
