package io.understudy.route;

import io.understudy.topology.NodeStatus;

/** Where a statement or transaction runs. Decided once, then carried. */
public sealed interface Route {

    /** Why, for people; part of every route. */
    Reason reason();

    /** A read-only session on that node's PostgreSQL. */
    record Replica(NodeStatus node, Reason reason) implements Route {}

    /** A read-only session on this node's PostgreSQL, which is the master's. */
    record MasterReadOnly(Reason reason) implements Route {}

    /** This node executes it under the commit protocol. */
    record MasterHere(Reason reason) implements Route {}

    /** The proxy of the master's node executes it. */
    record MasterAt(NodeStatus node, Reason reason) implements Route {}

    /** No replica qualifies yet; one may in a moment. */
    record WaitForReplica(Reason reason) implements Route {}

    /** Nobody is master now. */
    record NoMaster(String why, Reason reason) implements Route {}

    /** Why a route was chosen. */
    enum Reason {
        READ,
        READ_ONLY_TRANSACTION,
        WRITE,
        READ_WRITE_TRANSACTION,
        /** A comment of the statement says so. */
        HINT,
        /** It is where the session keeps what no other place has. */
        SESSION_STATE,
        /** It reads what only the master has. */
        MASTER_STATE,
        /** It looked like a read, and a replica's PostgreSQL said that it writes. */
        REFUSED_BY_REPLICA,
        NO_REPLICA_CAUGHT_UP,
        /** Replicas qualified, and their PostgreSQL servers gave no connection. */
        NO_REPLICA_ANSWERS,
        /** Another node decided. */
        RELAYED
    }
}
