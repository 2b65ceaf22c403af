package io.understudy.admin;

import io.understudy.log.TransactionToken;
import java.util.OptionalLong;

/** Asks the node where a transaction runs to make an end of it, for a node that is asked for its outcome. */
@FunctionalInterface
public interface Settling {

    /**
     * Ends it, or waits for the log if it is being appended.
     *
     * @return if it is over and was of this node's mastership: the index up to which its entry is in the log, if at all
     */
    OptionalLong settle(TransactionToken token);
}
