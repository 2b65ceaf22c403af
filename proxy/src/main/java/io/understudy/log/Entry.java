package io.understudy.log;

import java.util.List;
import java.util.UUID;

/**
 * What one position of the statement log holds. Every node reads the same entries in the same order; which of them count
 * is judged from the log alone, so all nodes judge alike.
 */
public sealed interface Entry {

    /** The consensus engine's own first entry of a term; no effect. */
    record Noop() implements Entry {}

    /**
     * From here on these are the cluster's nodes; consensus goes by it, everything else only shows it. No effect on databases.
     *
     * @param reason what changed, for people
     */
    record MembersChanged(List<LoggedMember> members, String reason) implements Entry {
        public MembersChanged {
            members = List.copyOf(members);
        }
    }

    /**
     * Starts a mastership. Valid only where {@code epoch} is the log's current epoch + 1.
     *
     * @param node the new master's name
     * @param process which run of that node's proxy is meant; a restarted proxy never goes on in an epoch opened before its start
     * @param reason why, for people
     * @param decidedMicros when it was proposed, microseconds since 1970 UTC by the proposer's clock; 0 if unknown
     * @param writableMicros until when the mastership before is known to have been open, by the same clock; 0 if there was none or it is unknown
     */
    record MasterAssigned(String node, UUID process, long epoch, String reason, long decidedMicros, long writableMicros)
            implements Entry {
        /** Without times. */
        public MasterAssigned(String node, UUID process, long epoch, String reason) {
            this(node, process, epoch, reason, 0, 0);
        }
    }

    /** An entry that a master proposes; it counts only in its own epoch and from the process assigned in it. */
    sealed interface Fenced extends Entry {
        /** Counts once in the log: a proposal may arrive twice. For a transaction it is the transaction token. */
        UUID id();

        UUID process();

        long epoch();
    }

    /**
     * One committed write transaction.
     *
     * @param id the transaction token, known to its client before COMMIT
     * @param xid the transaction's full id (xid8) in the master's PostgreSQL
     * @param timestampMicros the transaction's start ({@code now()} in it), microseconds since 1970 UTC
     * @param commitMicros when it was proposed, microseconds since 1970 UTC: the base of lag in seconds
     * @param context the session it ran in
     * @param statements as they were sent, for people; replayed too if the form is {@link Form.Statements}
     * @param form what a replica does with the entry
     * @param sequences exact positions of the sequences that the transaction may have moved
     */
    record Transaction(
            UUID id,
            UUID process,
            long epoch,
            long xid,
            long timestampMicros,
            long commitMicros,
            SessionContext context,
            List<LoggedStatement> statements,
            Form form,
            List<SequencePosition> sequences)
            implements Fenced {
        public Transaction {
            statements = List.copyOf(statements);
            sequences = List.copyOf(sequences);
        }
    }

    /**
     * A piece of what a transaction too large for one entry changed. Has no effect by itself: the transaction's entry, which comes later if at all, says by
     * {@link Form.Chunks} which chunks are its own.
     *
     * @param transaction the transaction token
     * @param number place among its chunks, from 0
     * @param parts as in {@link Form.Rows}; if there is DDL among them, nothing else is
     */
    record Chunk(UUID id, UUID process, long epoch, UUID transaction, int number, List<Form.Part> parts)
            implements Fenced {
        public Chunk {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Sequence values up to and including {@code ceilings} may be given out by this master from now on: a later master starts past them.
     * {@code exact} additionally says where sequences stand now, without a transaction.
     */
    record SequencesReserved(
            UUID id, UUID process, long epoch, List<SequencePosition> ceilings, List<SequencePosition> exact)
            implements Fenced {
        public SequencesReserved {
            ceilings = List.copyOf(ceilings);
            exact = List.copyOf(exact);
        }
    }

    /** VACUUM, ANALYZE and the like: every node runs it by itself, outside of any transaction, when it comes to it. */
    record Maintenance(UUID id, UUID process, long epoch, SessionContext context, String sql) implements Fenced {}

    /** Every node takes a snapshot of its database exactly here, so that checksums can be compared at one index. */
    record VerificationPoint(UUID id, UUID process, long epoch, VerificationScope scope) implements Fenced {
        /** Everything is summed up. */
        public VerificationPoint(UUID id, UUID process, long epoch) {
            this(id, process, epoch, VerificationScope.EVERYTHING);
        }
    }
}
