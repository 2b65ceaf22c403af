package io.understudy.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.admin.Draining;
import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.Switchover;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.event.EventLog;
import io.understudy.execution.MasterGate;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Takes this node out of work and back, or has another one do so.
 *
 * <p>What keeps the others away is this node's status: they route by it, and so do the rules of mastership. Orders are carried out one after the other.
 */
final class Drain implements Draining {
    private static final Duration READS_MAX = Duration.ofSeconds(10);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_MILLIS = 50;
    /** So long another node may still send reads here, as it has not heard yet. */
    private static final long HEARD_AFTER_MILLIS = 300;

    private final NodeConfig config;
    private final DrainMark mark;
    private final MasterGate gate;
    private final Switchover mastering;
    private final ClusterState cluster;
    private final ReplicatedLog log;
    private final LocalServer local;
    private final PeerApi peers;
    private final EventLog events;
    private final Runnable changed;

    Drain(
            NodeConfig config,
            DrainMark mark,
            MasterGate gate,
            Switchover mastering,
            ClusterState cluster,
            ReplicatedLog log,
            LocalServer local,
            PeerApi peers,
            EventLog events,
            Runnable changed) {
        this.config = config;
        this.mark = mark;
        this.gate = gate;
        this.mastering = mastering;
        this.cluster = cluster;
        this.log = log;
        this.local = local;
        this.peers = peers;
        this.events = events;
        this.changed = changed;
    }

    @Override
    public Drained drain(String node, boolean mayForward) throws OrderRefusedException {
        return node.equals(config.node()) ? drainThis() : forward(node, "drain", mayForward);
    }

    @Override
    public Drained undrain(String node, boolean mayForward) throws OrderRefusedException {
        return node.equals(config.node()) ? undrainThis() : forward(node, "undrain", mayForward);
    }

    private synchronized Drained drainThis() throws OrderRefusedException {
        if (gate.epoch() > 0) {
            mastering.to("", false);
        }
        if (!mark.isOn()) {
            note(true);
        }
        return answer(awaitReads());
    }

    private synchronized Drained undrainThis() throws OrderRefusedException {
        if (mark.isOn()) {
            note(false);
        }
        return answer(0);
    }

    private void note(boolean drained) throws OrderRefusedException {
        try {
            mark.set(drained);
        } catch (IOException e) {
            throw new OrderRefusedException(
                    "node " + config.node() + " cannot write to its data directory: " + e.getMessage());
        }
        events.add("node", config.node() + (drained ? " is drained" : " takes work again"));
        log.publish(cluster.status());
        changed.run();
    }

    private Drained answer(int reading) {
        return new Drained(config.node(), mark.isOn(), cluster.master(log.peers()), reading);
    }

    /** @return how many go on nevertheless */
    private int awaitReads() throws OrderRefusedException {
        long begun = System.nanoTime();
        try {
            Thread.sleep(HEARD_AFTER_MILLIS);
            int busy = local.busySessions();
            while (busy > 0 && System.nanoTime() - begun < READS_MAX.toNanos()) {
                Thread.sleep(LOOK_EVERY_MILLIS);
                busy = local.busySessions();
            }
            return busy;
        } catch (SQLException e) {
            // A server that is away has nobody who reads there.
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OrderRefusedException(config.node() + " is drained; interrupted while its reads were waited for");
        }
    }

    private Drained forward(String node, String order, boolean mayForward) throws OrderRefusedException {
        NodeStatus other = log.peer(node);
        if (other == null || !mayForward) {
            throw new OrderRefusedException("there is no node " + node + " in view; there are " + config.node()
                    + " and " + log.peers().keySet());
        }
        JsonNode answer = peers.order(
                other,
                node,
                new PeerApi.Order(
                        "/api/v1/nodes/" + URLEncoder.encode(node, StandardCharsets.UTF_8) + "/" + order,
                        200,
                        ANSWER_MAX,
                        "; look at the status before you try again"));
        return new Drained(
                node,
                answer.path("drained").asBoolean(),
                answer.path("master").asText(),
                answer.path("reading").asInt());
    }
}
