package io.understudy.admin;

import java.time.Instant;
import java.util.List;

/** What happened to this node and what it saw happen to others: views, votes, masterships, faults. */
@FunctionalInterface
public interface EventFeed {

    /**
     * Events in order.
     *
     * @param after number of the last event already seen, 0 for none
     * @param limit 1..1000
     */
    List<Event> events(long after, int limit);

    /**
     * Something that happened.
     *
     * @param number 1, 2, 3, … in this run of the node
     * @param kind a word to filter by, such as view, vote, master
     * @param text for people
     */
    record Event(long number, Instant at, String node, String kind, String text) {}
}
