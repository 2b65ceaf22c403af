package io.understudy.mastership;

import io.understudy.log.StatementLog.Leadership;
import io.understudy.replay.Mastership;
import io.understudy.topology.Duties;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Everything the decision rests on, at one moment.
 *
 * @param assigned who is master by the log as far as it was judged here
 * @param judgedToTheEnd whether everything known to be committed has been judged here
 * @param assignmentApplied epoch of the last assignment before which everything is applied here
 * @param healthy whether this node's PostgreSQL answers and follows the log
 * @param unhealthyFor since when not
 * @param openEpoch epoch this node is open in as master, 0 if closed
 * @param lastOpenedEpoch epoch it was open in last, 0 if never
 * @param peers what the others in the membership view last said
 * @param masterMissingFor how long the assigned master has looked unable
 * @param duties what this node is there for
 * @param switchingOver whether this node is handing the mastership over by itself
 */
public record Observation(
        String self,
        UUID process,
        Leadership leadership,
        Mastership assigned,
        boolean judgedToTheEnd,
        long assignmentApplied,
        boolean healthy,
        Duration unhealthyFor,
        long openEpoch,
        long lastOpenedEpoch,
        Map<String, NodeStatus> peers,
        Duration masterMissingFor,
        boolean switchingOver,
        Duties duties) {

    boolean leads() {
        return leadership.leader().equals(self) && leadership.majority();
    }

    boolean isMine() {
        return assigned.node().equals(self) && assigned.process().equals(process);
    }
}
