package io.understudy.command;

import io.understudy.adoption.Adoption;
import io.understudy.adoption.Programs;
import io.understudy.config.NodeConfig;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What is done to the log of a node that does not run. */
public interface StoppedNode {

    /**
     * What is left when the majority of its cluster is gone for good.
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

    /**
     * Ends the adoption of the node's database: nobody else writes into it any more, and the log begins with what its schema is now.
     *
     * @param adoption of that database
     * @param programs PostgreSQL's
     * @param told what is done, for people
     * @return the entry behind which the log begins
     * @throws IOException if it cannot be; may be tried again
     */
    long finish(NodeConfig config, Adoption adoption, Programs programs, Consumer<String> told)
            throws IOException, SQLException, InterruptedException;
}
