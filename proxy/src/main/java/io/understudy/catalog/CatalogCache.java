package io.understudy.catalog;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The newest catalog snapshot this node has, and whether something has changed since it was read. Safe for use by many threads.
 */
public final class CatalogCache implements Supplier<DatabaseCatalog> {
    private final AtomicLong changes = new AtomicLong(1);
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile DatabaseCatalog current = DatabaseCatalog.EMPTY;
    private volatile long readAt;

    @Override
    public DatabaseCatalog get() {
        return current;
    }

    /** The schema may have changed by now. */
    public void invalidate() {
        changes.incrementAndGet();
    }

    /**
     * The schema is about to change. From now until {@link Change#over} no snapshot is fresh: nobody here knows at which moment in between the change begins to be seen, and one that was read
     * meanwhile may be from before it.
     */
    public Change change() {
        underWay.incrementAndGet();
        return new Change();
    }

    /** A change of the schema that others may see already. */
    public final class Change {
        private final AtomicBoolean over = new AtomicBoolean();

        private Change() {}

        /** It can be seen by everybody, or never will be. Has no effect the second time. */
        public void over() {
            if (over.compareAndSet(false, true)) {
                changes.incrementAndGet();
                underWay.decrementAndGet();
            }
        }
    }

    /** Whether nothing has changed since the current snapshot was read. */
    public boolean isFresh() {
        // in this order: over() counts the change first
        return underWay.get() == 0 && isNewest();
    }

    /** Whether reading it again would be in vain, as far as is known. */
    public boolean isNewest() {
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
