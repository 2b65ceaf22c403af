package io.understudy.mastership;

import static io.understudy.topology.NodeState.ISOLATED;
import static io.understudy.topology.NodeState.MASTER;
import static io.understudy.topology.NodeState.OPENING;
import static io.understudy.topology.NodeState.POSTGRES_DOWN;
import static io.understudy.topology.NodeState.QUARANTINED;
import static io.understudy.topology.NodeState.REPLICA;
import static io.understudy.topology.NodeState.STARTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.understudy.topology.Duties;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MastershipRulesTest {
    private static final Duties DRAINED = new Duties(true, true, "", 1, 0, true);
    private static final Duties DELAYED = new Duties(true, true, "", 1, 3600, false);

    private static Situation s() {
        return new Situation();
    }

    static Stream<Arguments> table() {
        return Stream.of(
                // the master's own view
                arguments("all is well", s(), "nothing"),
                arguments("assigned, everything applied", s().master("n1", "n1", 6), "open 6"),
                arguments("assigned, not all applied", s().master("n1", "n1", 6).assignmentApplied(5), "nothing"),
                arguments(
                        "assigned by another leader, everything applied",
                        s().master("n1", "n1", 6).leader("n2"),
                        "open 6"),
                arguments("assigned, its server away", s().master("n1", "n1", 6).unhealthyFor(100), "nothing"),
                arguments(
                        "assigned to an earlier run of this proxy",
                        s().master("n1", "n1 before", 6).leader("n2"),
                        "nothing"),
                arguments("deposed", s().master("n2", "n2", 6).open(5), "close"),
                arguments(
                        "deposed by its own next run's epoch",
                        s().master("n1", "n1", 6).open(5),
                        "close"),
                arguments("its server away", s().unhealthyFor(10), "close"),
                arguments(
                        "its server away, no majority either",
                        s().unhealthyFor(10).noMajority(),
                        "close"),
                arguments("no majority: the gate refuses, the mastership stays", s().noMajority(), "nothing"),
                arguments(
                        "closed after a fault, everything applied, another leads",
                        s().closedAfter(5).leader("n2"),
                        "assign n1 6"),
                arguments(
                        "closed after a fault, not judged to the end",
                        s().closedAfter(5).leader("n2").notJudged(),
                        "nothing"),
                arguments(
                        "closed after a fault, no majority", s().closedAfter(5).noMajority(), "nothing"),
                // the leader that is master
                arguments("closed after a fault, healthy again", s().closedAfter(5), "assign n1 6"),
                arguments("closed, server away for a moment", s().closedAfter(5).unhealthyFor(299), "nothing"),
                arguments("closed, server away", s().closedAfter(5).unhealthyFor(300), "assign n3 6"),
                arguments(
                        "closed, server away, one replica ahead",
                        s().closedAfter(5).unhealthyFor(300).peer("n2", REPLICA, 101),
                        "assign n2 6"),
                arguments(
                        "closed, server away, nobody able",
                        s().closedAfter(5)
                                .unhealthyFor(300)
                                .peer("n2", POSTGRES_DOWN, 100)
                                .peer("n3", QUARANTINED, 100),
                        "nothing"),
                arguments(
                        "closed, server away, the one ahead is not able",
                        s().closedAfter(5).unhealthyFor(300).peer("n2", STARTING, 500),
                        "assign n3 6"),
                arguments("in the middle of a switchover", s().closedAfter(5).switchingOver(), "nothing"),
                // the leader that is not master
                arguments("another is master", s().master("n2", "n2", 6).peer("n2", MASTER, 100), "lead n2"),
                arguments("another is opening", s().master("n2", "n2", 6).peer("n2", OPENING, 90), "lead n2"),
                arguments("another is assigned", s().master("n2", "n2", 6), "lead n2"),
                arguments("there was no master", s().noMasterYet(), "assign n1 1"),
                arguments(
                        "there was no master, own server away",
                        s().noMasterYet().unhealthyFor(0),
                        "assign n3 1"),
                arguments("the master left", s().master("n2", "n2", 6).without("n2"), "assign n1 7"),
                arguments(
                        "the master left, own server away",
                        s().master("n2", "n2", 6).without("n2").unhealthyFor(5_000),
                        "assign n3 7"),
                arguments(
                        "the master left, nobody able",
                        s().master("n2", "n2", 6)
                                .without("n2")
                                .unhealthyFor(5_000)
                                .peer("n3", POSTGRES_DOWN, 100),
                        "nothing"),
                arguments(
                        "the master's proxy was restarted",
                        s().master("n2", "n2 before", 6).peer("n2", REPLICA, 100),
                        "assign n1 7"),
                arguments("this proxy was restarted", s().master("n1", "n1 before", 6), "assign n1 7"),
                arguments(
                        "this proxy was restarted, its server away",
                        s().master("n1", "n1 before", 6).unhealthyFor(5_000),
                        "assign n3 7"),
                arguments(
                        "the master's server is away for a moment",
                        s().master("n2", "n2", 6).peer("n2", POSTGRES_DOWN, 100).masterMissingFor(499),
                        "lead n2"),
                arguments(
                        "the master's server is away",
                        s().master("n2", "n2", 6).peer("n2", POSTGRES_DOWN, 100).masterMissingFor(500),
                        "assign n1 7"),
                arguments(
                        "the master is quarantined",
                        s().master("n2", "n2", 6).peer("n2", QUARANTINED, 100).masterMissingFor(500),
                        "assign n1 7"),
                arguments(
                        "the master sees no majority",
                        s().master("n2", "n2", 6).peer("n2", ISOLATED, 100).masterMissingFor(500),
                        "assign n1 7"),
                // who is not meant to be master
                arguments(
                        "the master left, this node is drained",
                        s().master("n2", "n2", 6).without("n2").duties(DRAINED),
                        "assign n3 7"),
                arguments(
                        "the master left, this node is drained, nobody else is there",
                        s().master("n2", "n2", 6).without("n2").without("n3").duties(DRAINED),
                        "assign n1 7"),
                arguments(
                        "the master left, all others are drained too",
                        s().master("n2", "n2", 6).without("n2").duties(DRAINED).duties("n3", DRAINED),
                        "assign n1 7"),
                arguments(
                        "the master left, this node's database is kept behind, the other is drained",
                        s().master("n2", "n2", 6).without("n2").duties(DELAYED).duties("n3", DRAINED),
                        "assign n3 7"),
                arguments(
                        "the master left, only databases that are kept behind",
                        s().master("n2", "n2", 6).without("n2").duties(DELAYED).duties("n3", DELAYED),
                        "nothing"),
                arguments(
                        "its server away, the most advanced is drained",
                        s().closedAfter(5)
                                .unhealthyFor(300)
                                .duties("n3", DRAINED)
                                .peer("n2", REPLICA, 99),
                        "assign n2 6"),
                arguments("master, drained", s().duties(DRAINED).duties("n3", DRAINED), "hand over n2"),
                arguments("master, drained, does not lead", s().duties(DRAINED).leader("n2"), "hand over n3"),
                arguments(
                        "master, drained, nobody else is meant to be",
                        s().duties(DRAINED).duties("n2", DELAYED).duties("n3", DRAINED),
                        "nothing"),
                arguments("master, drained, no majority", s().duties(DRAINED).noMajority(), "nothing"),
                arguments("master, drained, handing over", s().duties(DRAINED).switchingOver(), "nothing"),
                arguments(
                        "drained, another is master",
                        s().master("n2", "n2", 6).peer("n2", MASTER, 100).duties(DRAINED),
                        "lead n2"),
                // whoever must not decide
                arguments(
                        "not judged to the end",
                        s().master("n2", "n2", 6).without("n2").notJudged(),
                        "nothing"),
                arguments(
                        "a follower sees the master gone",
                        s().master("n2", "n2", 6).without("n2").leader("n3"),
                        "nothing"),
                arguments(
                        "nobody leads", s().master("n2", "n2", 6).without("n2").leader(""), "nothing"),
                arguments(
                        "no majority",
                        s().master("n2", "n2", 6).without("n2").without("n3").noMajority(),
                        "nothing"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("table")
    void decides(String name, Situation situation, String decision) {
        assertThat(said(MastershipRules.decide(situation.seen()))).as(name).isEqualTo(decision);
    }

    private static String said(Decision d) {
        return switch (d) {
            case Decision.Nothing n -> "nothing";
            case Decision.Assign a -> {
                assertThat(a.process()).isEqualTo(Situation.process(a.node()));
                assertThat(a.reason()).isNotBlank();
                yield "assign " + a.node() + " " + a.epoch();
            }
            case Decision.Open o -> "open " + o.epoch();
            case Decision.Close c -> {
                assertThat(c.why()).isNotBlank();
                yield "close";
            }
            case Decision.HandOver h -> "hand over " + h.node();
            case Decision.TransferLeadership t -> "lead " + t.node();
        };
    }
}
