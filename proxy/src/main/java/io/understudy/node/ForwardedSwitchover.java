package io.understudy.node;

import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.Switchover;
import io.understudy.execution.MasterGate;
import io.understudy.topology.NodeStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A switchover ordered at any node: the master does it, so another node passes the order on. */
final class ForwardedSwitchover implements Switchover {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    private final MasterGate gate;
    private final Switchover here;
    private final PeerApi peers;

    ForwardedSwitchover(MasterGate gate, Switchover here, PeerApi peers) {
        this.gate = gate;
        this.here = here;
        this.peers = peers;
    }

    @Override
    public String to(String target, boolean mayForward) throws OrderRefusedException {
        if (gate.epoch() > 0 || !mayForward) {
            return here.to(target, false);
        }
        NodeStatus master = peers.openMaster()
                .orElseThrow(
                        () -> new OrderRefusedException("no node is open as master now; try again when there is one"));
        return peers.order(
                        master,
                        "the master " + master.name(),
                        new PeerApi.Order(
                                "/api/v1/switchover?target=" + URLEncoder.encode(target, StandardCharsets.UTF_8),
                                200,
                                ANSWER_MAX,
                                "; look at the nodes' roles before you try again"))
                .path("master")
                .asText();
    }
}
