package io.understudy.admin;

import java.util.List;
import java.util.Objects;

/** Who is connected to the nodes' proxies, and the connections from there to servers. For any thread. */
@FunctionalInterface
public interface ClientFeed {

    /** @param own of this node alone; otherwise the other nodes are asked too, for at most a second or two */
    Clients clients(boolean own);

    /** @param silent nodes that did not answer */
    record Clients(List<OfNode> nodes, List<String> silent) {
        public Clients {
            nodes = List.copyOf(nodes);
            silent = List.copyOf(silent);
        }
    }

    /**
     * At one node's proxy.
     *
     * @param total how many sessions there are; those that are left out of {@code sessions} are idle
     * @param pinned how many of them are tied to a connection
     */
    record OfNode(String node, int total, int pinned, List<Session> sessions, List<Pool> pools) {
        public OfNode {
            sessions = List.copyOf(sessions);
            pools = List.copyOf(pools);
        }
    }

    /**
     * A client's session.
     *
     * @param id its process id, as its client knows it
     * @param relayedFrom the node whose proxy this client is, empty if it is none
     * @param since when it logged in
     * @param state active, idle, idle in transaction or failed transaction
     * @param seconds how long it has been in that state
     * @param pins what ties it to its connection
     * @param holds that connection, empty if there is none
     * @param ranOn the node where its last statement ran, or runs
     * @param reason why there
     * @param statement the shape of its last statement, without literals
     * @param trace the id of the trace that this is part of, empty if its client does not say
     */
    record Session(
            int id,
            String user,
            String address,
            String application,
            boolean encrypted,
            String relayedFrom,
            String since,
            String state,
            double seconds,
            List<String> pins,
            String holds,
            String ranOn,
            String reason,
            String statement,
            String trace) {
        public Session {
            pins = List.copyOf(pins);
            // A node of the version before says nothing of it.
            trace = Objects.requireNonNullElse(trace, "");
        }
    }

    /**
     * Connections that sessions of equal users share.
     *
     * @param server the node whose PostgreSQL they go to
     * @param waiting sessions that wait for one
     * @param max how many there may be
     */
    record Pool(String server, String user, int inUse, int idle, int waiting, int max) {}
}
