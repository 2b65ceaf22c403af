package io.understudy.session;

import java.io.IOException;
import java.util.Optional;

/**
 * Prepares statements that write on a server that reads, as long as nothing of their transaction has run: drivers prepare a statement and wait for the answer before they
 * go on with anything else, so a client that waited for one of the master's connections here could keep those from going on that have them.
 *
 * <p>What the server there refuses is left to the place where it would run: a replica may not have a table yet.
 */
final class Preparation {
    private final SessionState session;
    private final Leases leases;
    private final Relay relay;
    private final Exchange exchange;

    Preparation(SessionState session, Leases leases, Relay relay, Exchange exchange) {
        this.session = session;
        this.leases = leases;
        this.relay = relay;
        this.exchange = exchange;
    }

    /** @return whether it succeeded, and the client has its answers or its error; empty if nothing has happened */
    Optional<Boolean> tried(Work work) throws StatementFailure, IOException {
        Block block = session.block;
        boolean free = block == null || block.held() && block.settings.isEmpty();
        if (!free || !session.pins.isEmpty() || session.relayed) {
            return Optional.empty();
        }
        Optional<Lease.Reading> lease = leases.forPreparation();
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        Lease.Reading reading = lease.get();
        Relay.Watch w = new Relay.Watch();
        w.catchErrors = true;
        boolean clean = false;
        try {
            exchange.run(reading, work, w, new Answers());
            clean = true;
        } catch (BackendGone e) {
            if (!relay.takeBack(w)) {
                throw new StatementFailure(
                        "08006",
                        "the connection to PostgreSQL of node " + reading.node() + " was lost while it prepared",
                        "Run it again.");
            }
            return Optional.empty();
        } finally {
            leases.giveBackUnread(reading, clean);
        }
        return w.misrouted ? Optional.empty() : Optional.of(w.error == null);
    }
}
