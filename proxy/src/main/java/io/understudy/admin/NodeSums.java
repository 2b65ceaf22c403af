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
     * @param failure why there are none, empty if there are
     */
    record Sums(boolean done, String failure, long index, Map<String, Table> tables, Map<String, Sequence> sequences) {
        public Sums {
            tables = Map.copyOf(tables);
            sequences = Map.copyOf(sequences);
        }
    }

    /** @param rows -1 for a materialized view that is not populated */
    record Table(long rows, String checksum) {}

    /** Where a sequence stands. */
    record Sequence(long value, boolean called) {}
}
