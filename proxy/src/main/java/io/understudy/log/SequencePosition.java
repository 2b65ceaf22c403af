package io.understudy.log;

/** Where a sequence stands: as {@code setval(name, value, called)} would put it. */
public record SequencePosition(String schema, String name, long value, boolean called) {}
