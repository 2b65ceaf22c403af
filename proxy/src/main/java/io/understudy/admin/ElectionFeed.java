package io.understudy.admin;

import io.understudy.election.Election;
import java.util.List;

/** How masters came to be. For any thread; reads a few entries of the log at most. */
public interface ElectionFeed {

    /** Newest first, with what other nodes told of them. */
    List<Election> all();

    /** Newest first, with what this node saw itself. */
    List<Election> own();

    /** Grows with every change. */
    long version();
}
