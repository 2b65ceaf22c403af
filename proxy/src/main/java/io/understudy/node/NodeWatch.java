package io.understudy.node;

import io.understudy.backend.Backend;
import io.understudy.backend.BackendUnavailable;
import io.understudy.backend.ServerError;
import io.understudy.backend.Servers;
import io.understudy.config.NodeConfig;
import io.understudy.event.EventLog;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches this node's PostgreSQL over a connection of its own: a server that dies closes it at once; one that hangs does not answer in time. A server that still answers but lets nobody new in is lost
 * too.
 */
final class NodeWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
    private static final Duration PROBE_EVERY = Duration.ofMillis(500);
    private static final Duration PROBE_MAX = Duration.ofSeconds(3);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Map<String, String> SETTINGS = Map.of("application_name", "understudy node watch");

    private final Servers servers;
    private final NodeConfig config;
    private final ServerHealth health;
    private final EventLog events;
    private final ServerAbsence absence;
    private final Thread thread;
    private volatile boolean closed;

    NodeWatch(Servers servers, NodeConfig config, ServerHealth health, EventLog events, ServerAbsence absence) {
        this.servers = servers;
        this.config = config;
        this.health = health;
        this.events = events;
        this.absence = absence;
        this.thread = Thread.ofPlatform().name("watch").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        boolean first = true;
        while (!closed) {
            Backend b = null;
            try {
                b = connect();
                health.connected();
                if (!first) {
                    events.add("postgres", "PostgreSQL of " + config.node() + " answers");
                }
                absence.ends();
                watch(b);
            } catch (IOException | ServerError e) {
                String why = String.valueOf(e.getMessage());
                if (health.lost(why) || first) {
                    events.add("postgres", "PostgreSQL of " + config.node() + " is lost: " + why);
                    absence.begins("this node's PostgreSQL is lost");
                }
            } catch (RuntimeException e) {
                LOG.error("watching PostgreSQL", e);
            } finally {
                if (b != null) {
                    b.discard();
                }
            }
            first = false;
            pause();
        }
    }

    private Backend connect() throws BackendUnavailable {
        return servers.connect(NodeAddresses.server(config), NodeAddresses.applyLogin(config), SETTINGS);
    }

    private void watch(Backend b) throws IOException, ServerError {
        NewConnections others = new NewConnections(this::connect);
        while (!closed) {
            others.look();
            b.readTimeout(PROBE_EVERY);
            try {
                if (b.in().next() < 0) {
                    throw new IOException("the server closed the connection");
                }
                if (b.in().array()[b.in().frame()] == 'E') {
                    throw new IOException("the server ends");
                }
                b.in().skip();
            } catch (SocketTimeoutException e) {
                b.readTimeout(PROBE_MAX);
                b.query("SELECT 1");
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
