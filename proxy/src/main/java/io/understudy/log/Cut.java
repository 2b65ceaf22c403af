package io.understudy.log;

/**
 * A place where the log can be cut.
 *
 * @param index the last entry that would go
 * @param bytesLeft what would stay
 */
public record Cut(long index, long bytesLeft) {}
