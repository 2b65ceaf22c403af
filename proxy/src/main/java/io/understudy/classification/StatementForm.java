package io.understudy.classification;

import java.util.List;
import java.util.Set;

/** Whether a write may be logged as a statement to run again instead of as the rows it changed. */
public sealed interface StatementForm {

    /**
     * It may, provided that what is said here holds when it runs: exactly one row affected, the captured changes are exactly that row of that table, and
     * {@link #allows} says yes to the types of the parameters. A session with temporary objects must not use it (they may hide the table).
     *
     * @param change what it does with that row
     * @param timestamps where the transaction's timestamp must be put in, see {@link SqlStatement#spans}; empty for most
     * @param returning index of the token in the statement at which its RETURNING begins, -1 without one
     */
    record Eligible(TableReference table, Change change, List<TimestampPlace> timestamps, int returning)
            implements StatementForm {
        /** Unspecified, bool, bytea, int8, int2, int4, text, json, bpchar, varchar, numeric, uuid, jsonb. */
        private static final Set<Integer> PARAMETER_TYPES =
                Set.of(0, 16, 17, 20, 21, 23, 25, 114, 1042, 1043, 1700, 2950, 3802);

        public Eligible {
            timestamps = List.copyOf(timestamps);
        }

        /** Whether a parameter may be declared with that type (pg_type.oid, 0 where the client left it open). */
        public static boolean allows(int parameterType) {
            return PARAMETER_TYPES.contains(parameterType);
        }
    }

    /** What a statement does with its row. */
    enum Change {
        INSERT,
        UPDATE,
        DELETE
    }

    /** @param why what is not on the whitelist */
    record Ineligible(String why) implements StatementForm {}

    /**
     * A mention of now(), CURRENT_TIMESTAMP or their kin.
     *
     * @param token index of its first token in the statement
     * @param tokens how many tokens it has
     * @param zoned true: the transaction's timestamp goes there as timestamptz; false: its local time, as timestamp (as LOCALTIMESTAMP says it)
     */
    record TimestampPlace(int token, int tokens, boolean zoned) {}
}
