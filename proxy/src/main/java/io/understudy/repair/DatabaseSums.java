package io.understudy.repair;

import java.util.Map;
import java.util.UUID;

/**
 * What a node's database held exactly at one index of the log.
 *
 * @param point id of the verification point
 * @param index its index: everything before it is in the snapshot, nothing after it
 * @param tables by {@code schema.name}, each quoted where necessary, and the range of keys if it is not the whole: ordinary tables, partitions and materialized views
 * @param sequences by {@code schema.name}
 * @param objects checksums of what the catalog says, by object
 * @param details of the rows of single parts of tables, if they were asked for
 */
public record DatabaseSums(
        UUID point,
        long index,
        Map<String, TableSum> tables,
        Map<String, SequenceSum> sequences,
        Map<String, String> objects,
        Map<String, String> details) {
    public DatabaseSums {
        tables = Map.copyOf(tables);
        sequences = Map.copyOf(sequences);
        objects = Map.copyOf(objects);
        details = Map.copyOf(details);
    }

    /** Without catalog and details. */
    public DatabaseSums(UUID point, long index, Map<String, TableSum> tables, Map<String, SequenceSum> sequences) {
        this(point, index, tables, sequences, Map.of(), Map.of());
    }

    /**
     * @param rows how many; -1 for a materialized view that is not populated, -2 if what was there cannot be seen any more
     * @param checksum sum of the rows' hashes, whatever their order; depends on what is in the rows and on nothing else
     */
    public record TableSum(long rows, String checksum) {
        static final TableSum NOT_POPULATED = new TableSum(-1, "");

        /** The table was dropped, truncated or rewritten since the snapshot, which does not keep what it held. */
        static final TableSum LOST = new TableSum(-2, "");
    }

    /** Where a sequence stands. Sequences are not transactional: on a busy master they are ahead of the log. */
    public record SequenceSum(long value, boolean called) {}
}
