package io.understudy.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadNeedTest {
    @Test
    void whereItReadLastItNeedsOnlyItsOwnWrites() {
        ReadNeed need = ReadNeed.NOTHING.committed(5).read("n2", 40);
        assertThat(need.on("n2")).isEqualTo(5);
        assertThat(need.on("n3")).isEqualTo(40);
    }

    @Test
    void itsOwnWritesBindEveryNode() {
        ReadNeed need = ReadNeed.NOTHING.read("n2", 40).committed(50);
        assertThat(need.on("n2")).isEqualTo(50);
        assertThat(need.on("n3")).isEqualTo(50);
        assertThat(need.committed(20)).isEqualTo(need);
    }

    @Test
    void onTheWayBackWhatWasSeenElsewhereCounts() {
        ReadNeed need = ReadNeed.NOTHING.read("n2", 40).read("n3", 45).read("n2", 50);
        assertThat(need.on("n2")).isGreaterThanOrEqualTo(45);
        assertThat(need.on("n3")).isEqualTo(50);
    }

    @Test
    void whatIsInDoubtIsSettledByWhatIsConfirmedAfterwards() {
        ReadNeed follower = ReadNeed.NOTHING.read("n2", 40, ReadNeed.NO_TERM);
        assertThat(follower.inDoubt()).isTrue();
        assertThat(follower.settled(70, 3).on("n3")).isEqualTo(70);
        assertThat(follower.settled(70, ReadNeed.NO_TERM).on("n3")).isEqualTo(70);
        ReadNeed leader = ReadNeed.NOTHING.read("n2", 40, 3);
        assertThat(leader.settled(70, 3).on("n3")).as("it led all the time").isEqualTo(40);
        assertThat(leader.settled(70, 4).on("n3")).as("it led again").isEqualTo(70);
        assertThat(leader.settled(70, 3).inDoubt()).isFalse();
    }

    @Test
    void whatIsInDoubtStaysSoWhereverItReadsNext() {
        ReadNeed moved = ReadNeed.NOTHING.read("n2", 40, 3).read("n3", 45);
        assertThat(moved.inDoubt()).isTrue();
        assertThat(moved.settled(70, 4).on("n3")).isEqualTo(70);
        assertThat(moved.settled(70, 3).on("n3")).isEqualTo(45);
        ReadNeed twice = ReadNeed.NOTHING.read("n2", 40, 3).read("n3", 45, 4);
        assertThat(twice.settled(70, 4).on("n2")).isEqualTo(70);
        assertThat(ReadNeed.NOTHING.read("n2", 40, 3).read("n2", 50).inDoubt())
                .as("the node it read at has told since")
                .isFalse();
    }

    @Test
    void aNodeThatMayHaveGoneBackIsLikeAnyOther() {
        assertThat(ReadNeed.NOTHING.read("n2", 40).anywhere().on("n2")).isEqualTo(40);
    }

    /** Whatever a session does, it never needs less than the highest it wrote, nor elsewhere less than the highest it can have seen. */
    @Test
    void neverBackwards() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            ReadNeed need = ReadNeed.NOTHING;
            long[] seen = new long[3];
            long written = 0;
            for (int step = 0; step < 40; step++) {
                int node = random.nextInt(3);
                if (random.nextBoolean()) {
                    written = Math.max(written, random.nextLong(100));
                    need = need.committed(written);
                } else {
                    // a node that qualified, and whose state only moves forward
                    seen[node] = Math.max(Math.max(seen[node], need.on("n" + node)), random.nextLong(100));
                    need = need.read("n" + node, seen[node]);
                }
                for (int other = 0; other < 3; other++) {
                    long elsewhere = 0;
                    for (int n = 0; n < 3; n++) {
                        elsewhere = Math.max(elsewhere, n == other ? 0 : seen[n]);
                    }
                    long has = Math.max(seen[other], need.on("n" + other));
                    assertThat(has)
                            .as("seed %d, step %d, node %d, %s", seed, step, other, need)
                            .isGreaterThanOrEqualTo(Math.max(written, elsewhere));
                }
            }
        }
    }
}
