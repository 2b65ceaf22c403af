package io.understudy.consensus;

/**
 * @param segmentBytes size at which a new segment file is begun
 * @param cacheBytes how much of the newest entries is kept in memory
 */
record StoreLimits(long segmentBytes, long cacheBytes) {
    static final long CACHE_BYTES = 64L << 20;
}
