package io.understudy.node;

import io.understudy.backend.BackendUnavailable;
import io.understudy.backend.Login;
import io.understudy.backend.ServerAddress;
import io.understudy.backend.Servers;
import io.understudy.replay.Mastership;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up connections to other nodes that nobody will answer any more. A process that dies closes its connections; one that is frozen, or a host that is gone, does not, and a session would wait
 * for it as long as it takes. Safe for use by many threads; never waits.
 */
final class PeerServers {
    private static final Logger LOG = LoggerFactory.getLogger(PeerServers.class);

    /** A deposed master that is alive answers what was in flight within this time. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

    private final Servers servers;
    private final Login probe;
    private final Map<String, NodeStatus> known = new ConcurrentHashMap<>();
    private volatile List<String> inView = List.of();
    private volatile Mastership master = Mastership.NONE;

    /** @param probe by which another node's PostgreSQL is asked whether it is there; to be refused is an answer too */
    PeerServers(Servers servers, Login probe) {
        this.servers = servers;
        this.probe = probe;
    }

    /** Another node said how it is. */
    void heard(NodeStatus status) {
        NodeStatus before = known.put(status.name(), status);
        if (!answers(status) && (before == null || answers(before))) {
            inBackground(() -> servers.abandon(NodeAddresses.postgres(status)));
        }
    }

    private static boolean answers(NodeStatus n) {
        return n.state() != NodeState.POSTGRES_DOWN && n.state() != NodeState.WITNESS;
    }

    /**
     * These nodes are in the membership view now.
     *
     * @param lost told each that was there until now
     */
    void inView(List<String> names, Consumer<String> lost) {
        for (String gone : inView) {
            NodeStatus status = known.get(gone);
            if (names.contains(gone)) {
                continue;
            }
            inBackground(() -> lost.accept(gone));
            if (status != null) {
                inBackground(() -> abandonIfSilent(NodeAddresses.postgres(status)));
            }
        }
        inView = List.copyOf(names);
    }

    /** That node is in the view and is not heard here: the way between the two is cut, perhaps one way only. */
    void silent(String node, Consumer<String> lost) {
        NodeStatus status = known.get(node);
        inBackground(() -> lost.accept(node));
        if (status != null) {
            inBackground(() -> abandonIfSilent(NodeAddresses.postgres(status)));
            inBackground(() -> servers.abandon(NodeAddresses.proxy(status)));
        }
    }

    /** Its proxy is gone; reads on its PostgreSQL go on if that is still there. */
    private void abandonIfSilent(ServerAddress postgres) {
        try {
            servers.connect(postgres, probe, Map.of()).discard();
        } catch (BackendUnavailable e) {
            if (!e.fromServer()) {
                servers.abandon(postgres);
            }
        }
    }

    /** The log says that there is a new master: what was sent to the former one is not answered any more, if it is not very soon. */
    void moved(Mastership from, Mastership to) {
        master = to;
        NodeStatus former = known.get(from.node());
        if (former == null || to.node().equals(from.node())) {
            return;
        }
        ServerAddress proxy = NodeAddresses.proxy(former);
        servers.giveUpConnecting(proxy);
        Duration patience = inView.contains(from.node()) ? LAST_ANSWERS : Duration.ZERO;
        inBackground(() -> {
            Thread.sleep(patience);
            if (!master.node().equals(from.node())) {
                servers.abandon(proxy);
            }
        });
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static void inBackground(Work work) {
        Thread.ofVirtual().name("peers").start(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warn("connections to another node were not given up", e);
            }
        });
    }
}
