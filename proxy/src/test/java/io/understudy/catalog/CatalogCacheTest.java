package io.understudy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CatalogCacheTest {
    private final CatalogCache cache = new CatalogCache();

    private void read() {
        cache.set(DatabaseCatalog.EMPTY, cache.changes());
    }

    @Test
    void itIsFreshOnceItIsRead() {
        assertThat(cache.isFresh()).isFalse();
        read();
        assertThat(cache.isFresh()).isTrue();
        cache.invalidate();
        assertThat(cache.isFresh()).isFalse();
    }

    @Test
    void aSnapshotReadDuringAChangeIsNotFreshBeforeNorAfterItsEnd() {
        read();
        CatalogCache.Change change = cache.change();
        assertThat(cache.isFresh()).isFalse();
        read();
        assertThat(cache.isFresh()).as("it may be from before the change").isFalse();
        change.over();
        assertThat(cache.isFresh()).isFalse();
        read();
        assertThat(cache.isFresh()).isTrue();
    }

    @Test
    void aChangeEndsOnce() {
        CatalogCache.Change one = cache.change();
        CatalogCache.Change other = cache.change();
        one.over();
        one.over();
        read();
        assertThat(cache.isFresh()).as("the other one goes on").isFalse();
        other.over();
        read();
        assertThat(cache.isFresh()).isTrue();
    }

    @Test
    void readingAgainWouldBeInVainWhileNothingIsNew() {
        CatalogCache.Change change = cache.change();
        read();
        assertThat(cache.isNewest()).isTrue();
        change.over();
        assertThat(cache.isNewest()).isFalse();
    }
}
