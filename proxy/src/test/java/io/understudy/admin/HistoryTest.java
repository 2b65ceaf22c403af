package io.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.admin.ClusterSnapshot.Known;
import io.understudy.admin.ClusterSnapshot.Traffic;
import io.understudy.admin.StatusReport.Node;
import io.understudy.topology.NodeLoad.Took;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HistoryTest {
    @Test
    void meansAreOfWhatCameSinceAndThereIsNoneWhereNothingDid() {
        History history = new History();
        history.add(0, nodes(10, new Took(10, 90_000), new Took(4, 4_000)));
        history.add(1_000, nodes(30, new Took(30, 100_000), new Took(4, 4_000)));
        history.add(2_000, nodes(30, new Took(30, 100_000), new Took(6, 9_000)));
        History.Series series = Objects.requireNonNull(history.last(60).nodes().get("n1"));
        assertThat(series.reads()).containsExactly(0.0, 20.0, 0.0);
        assertThat(series.readMillis()).containsExactly(null, 0.5, null);
        assertThat(series.commitMillis()).containsExactly(null, null, 2.5);
    }

    private static List<Node> nodes(long reads, Took readTime, Took commitTime) {
        NodeStatus status = new NodeStatus("n1", TestParts.PROCESS, NodeState.MASTER, 1, 1, 1, 0, "h", 1, 2, "h", 3);
        return StatusReport.of(
                        new ClusterSnapshot(
                                "n1",
                                1,
                                1,
                                "n1",
                                List.of(new Known(status, new Traffic(reads, 6, readTime, commitTime), Duration.ZERO)),
                                Counters.NONE),
                        TestParts.NOW)
                .nodes();
    }
}
