package io.understudy.node;

import io.understudy.backend.Backend;
import io.understudy.backend.BackendUnavailable;
import io.understudy.backend.ServerError;
import io.understudy.backend.Servers;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks each other node's PostgreSQL something every second, over a connection of its own, and notes how that went. A thread for each. */
final class PeerProbes implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(3);

    private final NodeConfig config;
    private final Servers servers;
    private final ReplicatedLog log;
    private final PeerReach reach;
    private final Map<String, Thread> threads = new HashMap<>();
    private volatile boolean closed;

    PeerProbes(NodeConfig config, Servers servers, ReplicatedLog log, PeerReach reach) {
        this.config = config;
        this.servers = servers;
        this.log = log;
        this.reach = reach;
    }

    /** Begins with the nodes that there are, and goes on with those that are added; may be called again and again. */
    synchronized void look() {
        if (closed || config.duties().witness()) {
            return;
        }
        for (String node : log.members().names()) {
            if (!node.equals(config.node())) {
                threads.compute(
                        node,
                        (n, probing) -> probing != null && probing.isAlive()
                                ? probing
                                : Thread.ofVirtual().name("probe " + n).start(() -> run(n)));
            }
        }
    }

    private void run(String node) {
        Backend connection = null;
        try {
            while (!closed && log.members().named(node).isPresent()) {
                Thread.sleep(EVERY);
                NodeStatus status = log.peer(node);
                if (status == null || status.state() != NodeState.REPLICA && status.state() != NodeState.MASTER) {
                    reach.unknown(node);
                    connection = dropped(connection);
                } else {
                    connection = ask(status, connection);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            dropped(connection);
        }
    }

    /** A connection that was there may have been ended for good reasons; one that cannot be made, or does not answer, tells. */
    private @Nullable Backend ask(NodeStatus node, @Nullable Backend connection) {
        if (connection != null) {
            try {
                reach.answered(node.name(), timed(connection));
                return connection;
            } catch (IOException | ServerError e) {
                dropped(connection);
            }
        }
        Backend made = null;
        try {
            made = servers.connect(
                    NodeAddresses.postgres(node),
                    NodeAddresses.applyLogin(config),
                    Map.of("application_name", "understudy probe by " + config.node()));
            reach.answered(node.name(), timed(made));
            return made;
        } catch (BackendUnavailable e) {
            // To be refused is an answer.
            if (!e.fromServer()) {
                reach.failed(node.name(), String.valueOf(e.getMessage()));
            }
        } catch (IOException e) {
            reach.failed(node.name(), String.valueOf(e.getMessage()));
        } catch (ServerError e) {
            reach.unknown(node.name());
        }
        return dropped(made);
    }

    private static Duration timed(Backend connection) throws IOException, ServerError {
        long begun = System.nanoTime();
        connection.readTimeout(ANSWER_MAX);
        connection.query("SELECT 1");
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static @Nullable Backend dropped(@Nullable Backend connection) {
        if (connection != null) {
            connection.discard();
        }
        return null;
    }

    @Override
    public synchronized void close() {
        closed = true;
        threads.values().forEach(Thread::interrupt);
    }
}
