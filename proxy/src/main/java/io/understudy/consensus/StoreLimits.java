package io.understudy.consensus;

/**
 * @param segmentBytes size at which a new segment file is begun
 * @param cacheBytes how much of the newest entries is kept in memory
 */
record StoreLimits(long segmentBytes, long cacheBytes) {
    static final StoreLimits DEFAULT = new StoreLimits(64L << 20, 64L << 20);
}
