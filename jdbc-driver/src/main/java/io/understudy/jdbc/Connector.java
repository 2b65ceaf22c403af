package io.understudy.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.core.BaseConnection;

/** Opens connections: at the best node that gives one. */
final class Connector {
    private static final Logger LOG = Logger.getLogger(Connector.class.getName());

    private final UnderstudyUrl url;
    private final Settings settings;
    private final Cluster cluster;
    private final NodeLogin login;

    Connector(UnderstudyUrl url, Settings settings, Cluster cluster) {
        this.url = url;
        this.settings = settings;
        this.cluster = cluster;
        this.login = new NodeLogin(url, settings, cluster);
    }

    /**
     * Tries one node after the other, each for a bounded time.
     *
     * @param limit for all of them together; zero is none
     * @throws SQLException 08001 if no node gave a connection; what a node said, if every node would say that (a wrong password, an unknown database)
     */
    Link open(Duration limit) throws SQLException {
        long begun = System.nanoTime();
        List<Refusal> refusals = new ArrayList<>();
        for (Address address : cluster.nodes().candidates(settings.prefer(), ThreadLocalRandom.current())) {
            Duration left = limit.isZero() ? settings.nodeTimeout() : limit.minusNanos(System.nanoTime() - begun);
            if (left.isNegative() || left.isZero()) {
                break;
            }
            try {
                return opened(address, left.compareTo(settings.nodeTimeout()) < 0 ? left : settings.nodeTimeout());
            } catch (SQLException e) {
                refusals.add(new Refusal(address, e));
                if (Refusal.isFinal(refusals)) {
                    throw refusals.get(0).why();
                }
                if (!refusals.get(refusals.size() - 1).isAuthentication()) {
                    cluster.nodes().failed(address, settings.avoid());
                }
                LOG.log(Level.FINE, "no connection at " + address, e);
            }
        }
        throw Refusal.byAll(url, refusals);
    }

    private Link opened(Address address, Duration limit) throws SQLException {
        BaseConnection c = login.at(address, limit);
        boolean done = false;
        try {
            String node = c.getParameterStatus(Session.NODE);
            if (node != null && settings.topology() && cluster.nodes().due(settings.topologyAge())) {
                learn(c);
            }
            cluster.use();
            cluster.nodes().opened(address, node == null ? "" : node);
            done = true;
            return new Link(c, address);
        } finally {
            if (!done) {
                closeQuietly(c);
            }
        }
    }

    /** The connection is good also without the answer. */
    private void learn(BaseConnection c) {
        try {
            cluster.nodes().told(Topology.ask(c));
            if (!cluster.nodes().unproven().isEmpty() && cluster.beginProbe()) {
                Thread probe = new Thread(this::probe, "understudy-probe");
                probe.setDaemon(true);
                probe.start();
            }
        } catch (SQLException | IllegalArgumentException e) {
            LOG.log(Level.FINE, "the cluster's nodes could not be learned", e);
        }
    }

    /**
     * Tries the addresses that only the cluster knows, where no application waits for it: they may be inside a network that this program is outside of.
     */
    private void probe() {
        try {
            for (Address address : cluster.nodes().unproven()) {
                try {
                    BaseConnection c = login.at(address, settings.nodeTimeout());
                    String node = c.getParameterStatus(Session.NODE);
                    closeQuietly(c);
                    cluster.nodes().opened(address, node == null ? "" : node);
                    cluster.nodes().closed(address);
                } catch (SQLException e) {
                    cluster.nodes().failed(address, settings.avoid().multipliedBy(10));
                    LOG.log(Level.FINE, address + ", which the cluster told of, cannot be reached from here", e);
                }
            }
        } finally {
            cluster.probed();
        }
    }

    private static void closeQuietly(Connection c) {
        try {
            c.close();
        } catch (SQLException e) {
            LOG.log(Level.FINE, "closing", e);
        }
    }
}
