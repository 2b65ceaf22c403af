package io.understudy.consensus;

import org.jgroups.blocks.cs.Connection;
import org.jgroups.protocols.TCP;

/**
 * A transport that suspects a node whose connection has ended without a good-bye: its process is gone, most likely. FD_SOCK2 does that by connections of its own, which cannot be encrypted.
 */
final class WatchingTcp extends TCP {
    WatchingTcp() {
        enableSuspectEvents(true);
    }

    /** Two nodes that connect to each other at once drop one of the two connections. */
    @Override
    public void connectionClosed(Connection closed) {
        if (!srv.connectionEstablishedTo(closed.peerAddress())) {
            super.connectionClosed(closed);
        }
    }
}
