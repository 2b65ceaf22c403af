package io.understudy.mastership;

import java.util.UUID;

/** What a node should do about the mastership now. */
public sealed interface Decision {
    record Nothing() implements Decision {}

    /** Propose that a node become master, in the epoch after the present one. */
    record Assign(String node, UUID process, long epoch, String reason) implements Decision {}

    /** This node is assigned and has applied everything before: let transactions in. */
    record Open(long epoch) implements Decision {}

    /** This node must not execute transactions any more. */
    record Close(String why) implements Decision {}

    /** This node is the open master, is not meant to be, and that node could be: hand the mastership over. */
    record HandOver(String node) implements Decision {}

    /** The master should lead consensus too: that saves every append a hop. */
    record TransferLeadership(String node) implements Decision {}
}
