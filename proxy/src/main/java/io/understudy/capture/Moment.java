package io.understudy.capture;

import org.jspecify.annotations.Nullable;

/**
 * When and under which settings a transaction ran, by its own server.
 *
 * @param nowMicros its timestamp, now(): microseconds since 1970 UTC
 * @param localMicros the same as its session's clock shows it, LOCALTIMESTAMP: microseconds since 1970 on that clock
 * @param plain whether the settings that change what a statement's text means all have their usual values
 */
public record Moment(long nowMicros, long localMicros, boolean plain) {
    /** PostgreSQL counts from 2000-01-01. */
    public static final long MICROS_FROM_1970_TO_2000 = 946_684_800_000_000L;

    /**
     * One value of text; what is sent is what PostgreSQL has in memory. Nothing in it depends on the search path.
     *
     * <p>standard_conforming_strings changes where literals end, transform_null_equals what "= NULL" is, client_encoding what bytes are.
     */
    static final String SQL = "pg_catalog.concat_ws(','"
            + ", pg_catalog.encode(pg_catalog.timestamptz_send(CURRENT_TIMESTAMP), 'hex')"
            + ", pg_catalog.encode(pg_catalog.timestamp_send(LOCALTIMESTAMP), 'hex')"
            + ", pg_catalog.current_setting('standard_conforming_strings')"
            + ", pg_catalog.current_setting('transform_null_equals')"
            + ", pg_catalog.current_setting('client_encoding'))";

    static @Nullable Moment read(@Nullable String value) {
        if (value == null) {
            return null;
        }
        String[] f = value.split(",", -1);
        return new Moment(
                MICROS_FROM_1970_TO_2000 + Long.parseUnsignedLong(f[0], 16),
                MICROS_FROM_1970_TO_2000 + Long.parseUnsignedLong(f[1], 16),
                f[2].equals("on") && f[3].equals("off") && f[4].equals("UTF8"));
    }
}
