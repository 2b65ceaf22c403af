package io.understudy.node;

import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.Switchover;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.execution.MasterGate;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/** A switchover ordered at any node: the master does it, so another node passes the order on. */
final class ForwardedSwitchover implements Switchover {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    private final MasterGate gate;
    private final Switchover here;
    private final ReplicatedLog log;
    private final PeerApi peers;

    ForwardedSwitchover(MasterGate gate, Switchover here, ReplicatedLog log, PeerApi peers) {
        this.gate = gate;
        this.here = here;
        this.log = log;
        this.peers = peers;
    }

    @Override
    public String to(String target, boolean mayForward) throws OrderRefusedException {
        if (gate.epoch() > 0 || !mayForward) {
            return here.to(target, false);
        }
        Optional<NodeStatus> master = log.peers().values().stream()
                .filter(n -> n.state() == NodeState.MASTER)
                .max(Comparator.comparingLong(NodeStatus::epoch));
        if (master.isEmpty()) {
            throw new OrderRefusedException("no node is open as master now; try again when there is one");
        }
        return forward(master.get(), target);
    }

    private String forward(NodeStatus master, String target) throws OrderRefusedException {
        try {
            PeerApi.Answer answer = peers.post(
                    master,
                    "/api/v1/switchover?target=" + URLEncoder.encode(target, StandardCharsets.UTF_8),
                    ANSWER_MAX);
            if (answer.status() != 200) {
                throw new OrderRefusedException("the master " + master.name() + " refuses: " + answer.error());
            }
            return answer.body().path("master").asText();
        } catch (IOException e) {
            throw new OrderRefusedException("the master " + master.name()
                    + " did not answer; look at the nodes' roles before you try again: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OrderRefusedException("interrupted while the master " + master.name() + " was asked");
        }
    }
}
