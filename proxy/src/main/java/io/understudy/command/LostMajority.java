package io.understudy.command;

import io.understudy.config.NodeConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is done to a node's log when the majority of its cluster is gone for good. */
public interface LostMajority {

    /**
     * What is left.
     *
     * @param members the voting nodes of the cluster that it belonged to
     * @param lastIndex the last entry of its log
     * @param committedIndex the last one of which it knows that a majority had it
     * @param lastWrite when the last transaction in it was committed
     */
    record Left(String node, List<String> members, long lastIndex, long committedIndex, Optional<Instant> lastWrite) {}

    /** @throws IOException if it cannot be read, or its node runs */
    Left look(NodeConfig config) throws IOException;

    /** The node belongs to the cluster that {@code config} describes from now on. */
    void goOn(NodeConfig config) throws IOException;
}
