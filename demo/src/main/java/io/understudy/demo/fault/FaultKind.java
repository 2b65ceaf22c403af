package io.understudy.demo.fault;

import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What can be done to a cluster. {@link Scene#undo} takes it back, whatever it was. */
public enum FaultKind {
    KILL_MASTER_PROXY("kill -9 of the master's proxy", Victim.MASTER, 2, (scene, node) -> node.killProxy()),
    KILL_MASTER_POSTGRES("kill -9 of the master's PostgreSQL", Victim.MASTER, 3, (scene, node) -> node.killPostgres()),
    KILL_MASTER_NODE("kill -9 of the master's proxy and PostgreSQL", Victim.MASTER, 3, (scene, node) -> {
        node.killProxy();
        node.killPostgres();
    }),
    KILL_REPLICA_PROXY("kill -9 of a replica's proxy", Victim.REPLICA, 2, (scene, node) -> node.killProxy()),
    KILL_REPLICA_POSTGRES("kill -9 of a replica's PostgreSQL", Victim.REPLICA, 2, (scene, node) -> node.killPostgres()),
    KILL_ALL("kill -9 of everything at once", Victim.MASTER, 60, Lasting.UNTIL_UNDONE, (scene, node) -> {
        for (LocalNode n : scene.cluster().nodes()) {
            n.killProxy();
            n.killPostgres();
        }
    }),
    CRASH_MASTER_POSTGRES(
            "kill -9 of one backend: the master's PostgreSQL recovers", Victim.MASTER, 6, Backends::crash),
    TERMINATE_MASTER_BACKENDS("end of all of the master's backends", Victim.MASTER, 3, Backends::terminate),
    TERMINATE_REPLICA_BACKENDS("end of all of a replica's backends", Victim.REPLICA, 2, Backends::terminate),

    FREEZE_MASTER_PROXY(
            "SIGSTOP of the master's proxy", Victim.MASTER, 6, Lasting.A_WHILE, (s, node) -> node.freezeProxy()),
    FREEZE_MASTER_POSTGRES(
            "SIGSTOP of the master's PostgreSQL, all processes",
            Victim.MASTER,
            6,
            Lasting.A_WHILE,
            (scene, node) -> node.freezePostgres()),
    FREEZE_MASTER_POSTMASTER(
            "SIGSTOP of the master's postmaster alone",
            Victim.MASTER,
            6,
            Lasting.A_WHILE,
            (scene, node) -> node.freezePostmaster()),
    FREEZE_REPLICA_PROXY(
            "SIGSTOP of a replica's proxy", Victim.REPLICA, 6, Lasting.A_WHILE, (s, node) -> node.freezeProxy()),

    ISOLATE_MASTER("master cut off from the other nodes", Victim.MASTER, 6, Lasting.A_WHILE, (scene, node) -> {
        for (int other : scene.others(node)) {
            scene.network().cut(node.number(), other);
            scene.network().cut(other, node.number());
        }
    }),
    ISOLATE_REPLICA("replica cut off from the other nodes", Victim.REPLICA, 6, Lasting.A_WHILE, (scene, node) -> {
        for (int other : scene.others(node)) {
            scene.network().cut(node.number(), other);
            scene.network().cut(other, node.number());
        }
    }),
    MUTE_MASTER("one way: other nodes do not hear the master", Victim.MASTER, 6, Lasting.A_WHILE, (scene, node) -> {
        for (int other : scene.others(node)) {
            scene.network().cut(node.number(), other);
        }
    }),
    DEAFEN_MASTER("one way: the master does not hear other nodes", Victim.MASTER, 6, Lasting.A_WHILE, (scene, node) -> {
        for (int other : scene.others(node)) {
            scene.network().cut(other, node.number());
        }
    }),
    MUTE_REPLICA("one way: other nodes do not hear a replica", Victim.REPLICA, 6, Lasting.A_WHILE, (scene, node) -> {
        for (int other : scene.others(node)) {
            scene.network().cut(node.number(), other);
        }
    }),
    CUT_MASTER_LINK(
            "master and one replica cut off from each other", Victim.MASTER, 6, Lasting.A_WHILE, (scene, node) -> {
                int other = scene.others(node).getFirst();
                scene.network().cut(node.number(), other);
                scene.network().cut(other, node.number());
            }),
    CUT_REPLICA_LINK("the two replicas cut off from each other", Victim.REPLICA, 6, Lasting.A_WHILE, (scene, node) -> {
        for (int other : scene.others(node)) {
            if (!scene.isMaster(other)) {
                scene.network().cut(node.number(), other);
                scene.network().cut(other, node.number());
            }
        }
    }),
    MUTE_MASTER_LINK(
            "one way: one replica does not hear the master",
            Victim.MASTER,
            6,
            Lasting.A_WHILE,
            (scene, node) ->
                    scene.network().cut(node.number(), scene.others(node).getLast())),
    UNPLUG_MASTER(
            "master's host gone from the network",
            Victim.MASTER,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.network().unplug(node.number())),
    UNPLUG_REPLICA(
            "replica's host gone from the network",
            Victim.REPLICA,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.network().unplug(node.number())),
    SPLIT_ALL("all nodes cut off from each other", Victim.MASTER, 30, Lasting.UNTIL_UNDONE, (scene, node) -> {
        for (LocalNode one : scene.cluster().nodes()) {
            for (int other : scene.others(one)) {
                scene.network().cut(one.number(), other);
            }
        }
    }),
    LOSE_MASTER_PACKETS(
            "a fifth of what the master sends to nodes is lost",
            Victim.MASTER,
            12,
            Lasting.A_WHILE,
            (scene, node) -> scene.network().lose(node.number(), 20)),
    DELAY_MASTER(
            "what the master sends takes 50 to 250 ms longer",
            Victim.MASTER,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.network().delay(node.number(), Duration.ofMillis(50), Duration.ofMillis(250))),
    DELAY_REPLICA(
            "what a replica sends takes 50 to 250 ms longer",
            Victim.REPLICA,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.network().delay(node.number(), Duration.ofMillis(50), Duration.ofMillis(250))),

    FILL_MASTER_DISK(
            "master's disk full",
            Victim.MASTER,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.storage().fill(node.number())),
    FILL_REPLICA_DISK(
            "a replica's disk full",
            Victim.REPLICA,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.storage().fill(node.number())),
    STALL_MASTER_DISK(
            "master's disk stands still",
            Victim.MASTER,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.storage().stall(node.number())),
    STALL_REPLICA_DISK(
            "a replica's disk stands still",
            Victim.REPLICA,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.storage().stall(node.number())),
    SLOW_MASTER_DISK(
            "fsync on the master takes 300 ms",
            Victim.MASTER,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.storage().slow(node.number())),
    SLOW_REPLICA_DISK(
            "fsync on a replica takes 300 ms",
            Victim.REPLICA,
            6,
            Lasting.A_WHILE,
            (scene, node) -> scene.storage().slow(node.number()));

    private final String text;
    private final Victim victim;
    private final Duration bound;
    private final Lasting lasting;
    private final Injection injection;

    /** To whom it is done. */
    enum Victim {
        MASTER,
        REPLICA
    }

    /** How long it lasts. */
    enum Lasting {
        /** Done in a moment; writes go on before it is undone. */
        MOMENT,
        /** Writes go on; then it goes on for a while, long enough to be found out, or not. */
        A_WHILE,
        /** No write is accepted before it is undone. */
        UNTIL_UNDONE
    }

    /** What is done. */
    @FunctionalInterface
    interface Injection {
        void into(Scene scene, LocalNode node) throws IOException, SQLException;
    }

    FaultKind(String text, Victim victim, int boundSeconds, Injection injection) {
        this(text, victim, boundSeconds, Lasting.MOMENT, injection);
    }

    FaultKind(String text, Victim victim, int boundSeconds, Lasting lasting, Injection injection) {
        this.text = text;
        this.victim = victim;
        this.bound = Duration.ofSeconds(boundSeconds);
        this.lasting = lasting;
        this.injection = injection;
    }

    /** Does it. */
    void inject(Scene scene, LocalNode node) throws IOException, SQLException {
        injection.into(scene, node);
    }

    /** Those that need nothing but processes. */
    public static List<FaultKind> ofProcesses() {
        return Stream.of(values())
                .filter(k -> !k.needsNetwork() && !k.needsDisks())
                .toList();
    }

    /** Whether it needs nodes to be in a network that can be broken. */
    public boolean needsNetwork() {
        return compareTo(ISOLATE_MASTER) >= 0 && compareTo(DELAY_REPLICA) <= 0;
    }

    /** Whether it needs nodes to be on disks of their own. */
    public boolean needsDisks() {
        return compareTo(FILL_MASTER_DISK) >= 0;
    }

    /** How long it lasts. */
    Lasting lasting() {
        return lasting;
    }

    /** Whether it is done to the master, not to a replica. */
    boolean hitsMaster() {
        return victim == Victim.MASTER;
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
