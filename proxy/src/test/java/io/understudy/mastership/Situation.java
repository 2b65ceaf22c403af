package io.understudy.mastership;

import io.understudy.log.StatementLog.Leadership;
import io.understudy.replay.Mastership;
import io.understudy.topology.Duties;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** What n1 of n1, n2, n3 sees; at first all is well, and n1 leads and is the open master of epoch 5. */
final class Situation {
    private String leader = "n1";
    private boolean majority = true;
    private Mastership assigned = new Mastership(5, "n1", process("n1"), 100);
    private boolean judged = true;
    private long applied = 5;
    private boolean healthy = true;
    private Duration unhealthyFor = Duration.ZERO;
    private long open = 5;
    private long lastOpened = 5;
    private final Map<String, NodeStatus> peers = new HashMap<>();
    private Duration masterMissing = Duration.ZERO;
    private boolean switchingOver;
    private Duties duties = Duties.ALL;

    Situation() {
        peer("n2", NodeState.REPLICA, 100).peer("n3", NodeState.REPLICA, 100);
    }

    /** The present run of a node's proxy. */
    static UUID process(String node) {
        return UUID.nameUUIDFromBytes(node.getBytes(StandardCharsets.UTF_8));
    }

    Situation leader(String name) {
        leader = name;
        return this;
    }

    Situation noMajority() {
        majority = false;
        leader = "";
        return this;
    }

    /** The log says that this run of that node is master; n1 is closed and was not open in this epoch. */
    Situation master(String node, String run, long epoch) {
        assigned = new Mastership(epoch, node, process(run), 100);
        open = 0;
        lastOpened = 0;
        applied = epoch;
        return this;
    }

    Situation noMasterYet() {
        assigned = Mastership.NONE;
        open = 0;
        lastOpened = 0;
        applied = 0;
        return this;
    }

    Situation notJudged() {
        judged = false;
        return this;
    }

    Situation assignmentApplied(long epoch) {
        applied = epoch;
        return this;
    }

    Situation unhealthyFor(long millis) {
        healthy = false;
        unhealthyFor = Duration.ofMillis(millis);
        return this;
    }

    Situation open(long epoch) {
        open = epoch;
        lastOpened = epoch;
        return this;
    }

    /** It was open in that epoch and has closed. */
    Situation closedAfter(long epoch) {
        open = 0;
        lastOpened = epoch;
        return this;
    }

    Situation peer(String name, NodeState state, long appliedIndex) {
        peers.put(
                name,
                new NodeStatus(name, process(name), state, 5, appliedIndex, 100, 0, "host", 6432, 7432, "host", 5432));
        return this;
    }

    /** n1's. */
    Situation duties(Duties d) {
        duties = d;
        return this;
    }

    /** Another one's. */
    Situation duties(String name, Duties d) {
        peers.computeIfPresent(name, (n, status) -> status.with(d));
        return this;
    }

    Situation without(String name) {
        peers.remove(name);
        return this;
    }

    Situation masterMissingFor(long millis) {
        masterMissing = Duration.ofMillis(millis);
        return this;
    }

    Situation switchingOver() {
        switchingOver = true;
        return this;
    }

    Observation seen() {
        return new Observation(
                "n1",
                process("n1"),
                new Leadership(7, leader, majority),
                assigned,
                judged,
                applied,
                healthy,
                unhealthyFor,
                open,
                lastOpened,
                peers,
                masterMissing,
                switchingOver,
                duties);
    }
}
