package io.understudy.admin;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What this node found at a verification point, for the node that compares. */
@FunctionalInterface
public interface NodeSums {

    /** Empty if the point has not been reached here, or long ago. */
    Optional<Sums> sums(UUID point);

    /**
     * @param done false while it is being summed up
     * @param objects checksums of what the catalog says, by object
     * @param details by part of a table, or by key, if they were asked for
     * @param failure why there are none, empty if there are
     */
    record Sums(
            boolean done,
            String failure,
            long index,
            Map<String, Table> tables,
            Map<String, Sequence> sequences,
            Map<String, String> objects,
            Map<String, String> details) {
        public Sums {
            tables = Map.copyOf(tables);
            sequences = Map.copyOf(sequences);
            objects = Map.copyOf(objects);
            details = Map.copyOf(details);
        }

        /** There are none (yet). */
        public static Sums none(boolean done, String failure, long index) {
            return new Sums(done, failure, index, Map.of(), Map.of(), Map.of(), Map.of());
        }
    }

    /** @param rows -1 for a materialized view that is not populated */
    record Table(long rows, String checksum) {}

    /** Where a sequence stands. */
    record Sequence(long value, boolean called) {}
}
