package io.understudy.demo.fault;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.time.Duration;

/** What can be done to a cluster, and how it is undone. */
public enum FaultKind {
    KILL_MASTER_PROXY("kill -9 of the master's proxy", true, Duration.ofSeconds(2)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            node.killProxy();
        }
    },
    KILL_MASTER_POSTGRES("kill -9 of the master's PostgreSQL", true, Duration.ofSeconds(3)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            node.killPostgres();
        }
    },
    FREEZE_MASTER_PROXY("SIGSTOP of the master's proxy", true, Duration.ofSeconds(6)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            node.freezeProxy();
        }
    },
    FREEZE_MASTER_POSTGRES("SIGSTOP of the master's PostgreSQL, all processes", true, Duration.ofSeconds(6)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            node.freezePostgres();
        }
    },
    FREEZE_MASTER_POSTMASTER("SIGSTOP of the master's postmaster alone", true, Duration.ofSeconds(6)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            node.freezePostmaster();
        }
    },
    KILL_MASTER_NODE("kill -9 of the master's proxy and PostgreSQL", true, Duration.ofSeconds(3)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            node.killProxy();
            node.killPostgres();
        }
    },
    KILL_REPLICA_PROXY("kill -9 of a replica's proxy", false, Duration.ofSeconds(2)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            node.killProxy();
        }
    },
    KILL_REPLICA_POSTGRES("kill -9 of a replica's PostgreSQL", false, Duration.ofSeconds(2)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            node.killPostgres();
        }
    },
    FREEZE_REPLICA_PROXY("SIGSTOP of a replica's proxy", false, Duration.ofSeconds(6)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            node.freezeProxy();
        }
    },
    KILL_ALL("kill -9 of everything at once", true, Duration.ofSeconds(60)) {
        @Override
        void inject(LocalCluster cluster, LocalNode node) throws IOException {
            for (LocalNode n : cluster.nodes()) {
                n.killProxy();
                n.killPostgres();
            }
        }

        @Override
        void undo(LocalCluster cluster, LocalNode node) throws IOException {
            cluster.start(line -> {});
        }

        @Override
        boolean writesGoOn() {
            return false;
        }
    };

    private final String text;
    private final boolean master;
    private final Duration bound;

    FaultKind(String text, boolean master, Duration bound) {
        this.text = text;
        this.master = master;
        this.bound = bound;
    }

    /** Does it. */
    abstract void inject(LocalCluster cluster, LocalNode node) throws IOException;

    /** Brings back what it took. */
    void undo(LocalCluster cluster, LocalNode node) throws IOException {
        node.thaw();
        node.startPostgres();
        node.startProxy();
    }

    /** Whether writes are expected to go on before it is undone. */
    boolean writesGoOn() {
        return true;
    }

    /** Whether it stops the time of something that then goes on as if nothing had been. */
    boolean freezes() {
        return this == FREEZE_MASTER_PROXY
                || this == FREEZE_MASTER_POSTGRES
                || this == FREEZE_MASTER_POSTMASTER
                || this == FREEZE_REPLICA_PROXY;
    }

    /** Whether it is done to the master, not to a replica. */
    boolean hitsMaster() {
        return master;
    }

    /** From the fault to the next acknowledged write, at most. */
    public Duration bound() {
        return bound;
    }

    /** For people. */
    public String text() {
        return text;
    }
}
