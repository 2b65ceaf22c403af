package io.understudy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.LoggerFactory;

/**
 * The whole of consensus in simulated clusters of 1, 2, 3 and 5 nodes. {@code -Dsimulation.seeds=20000} runs more, {@code -Dsimulation.seed=…} begins elsewhere;
 * a failure prints its seed.
 */
@Execution(ExecutionMode.SAME_THREAD)
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 400);
    private static final long FIRST = Long.getLong("simulation.seed", 1);
    private static final int[] SIZES = {3, 3, 5, 3, 2, 3, 1, 3};

    private static final int[] FORMED = {3, 1, 3, 2, 5, 4};

    @BeforeAll
    static void quiet() {
        ((Logger) LoggerFactory.getLogger("io.microraft")).setLevel(Level.OFF);
    }

    @Test
    void agreementDurabilityAndProgress() {
        long committed = 0;
        long restarts = 0;
        long readIndexes = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed, SIZES[(int) (seed % SIZES.length)]);
            committed += cluster.run(20_000);
            restarts += cluster.restarts();
            readIndexes += cluster.readIndexes();
        }
        System.out.println(SEEDS + " simulated clusters from seed " + FIRST + " committed " + committed
                + " entries; logs that began anew: " + restarts + "; read indexes told: " + readIndexes);
        assertThat(readIndexes).isGreaterThan(100L * SEEDS);
        assertThat(committed).isGreaterThan(100L * SEEDS);
        assertThat(restarts).isGreaterThan(SEEDS / 50);
    }

    @Test
    void nodesAreAddedAndRemovedMeanwhile() {
        long committed = 0;
        long changes = 0;
        long removals = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS / 2; seed++) {
            int size = FORMED[(int) (seed % FORMED.length)];
            SimulatedCluster cluster = new SimulatedCluster(seed, size, 6 - size);
            committed += cluster.run(20_000);
            changes += cluster.changes();
            removals += cluster.removals();
        }
        System.out.println(SEEDS / 2 + " simulated clusters whose nodes change, from seed " + FIRST + ", committed "
                + committed + " entries, " + changes + " of them changes; told that they were removed: " + removals);
        assertThat(committed).isGreaterThan(50L * SEEDS);
        assertThat(changes).isGreaterThan(2L * SEEDS);
        assertThat(removals).isGreaterThan(SEEDS / 10);
    }

    @Test
    void anAcknowledgementBeforeItsFsyncIsNoticed() {
        assertNoticed(cluster -> forget(cluster, ".log"));
        assertNoticed(cluster -> {
            cluster.checkForces = false;
            forget(cluster, ".log");
        });
    }

    @Test
    void aVoteThatIsNotForcedIsNoticed() {
        assertNoticed(cluster -> forget(cluster, "vote.new", "."));
        assertNoticed(cluster -> {
            cluster.checkForces = false;
            forget(cluster, "vote.new", ".");
        });
    }

    private static void forget(SimulatedCluster cluster, String... endings) {
        for (String node : cluster.names) {
            cluster.node(node).disk.forceForgotten = name -> {
                for (String ending : endings) {
                    if (name.endsWith(ending)) {
                        return true;
                    }
                }
                return false;
            };
        }
    }

    private static void assertNoticed(Consumer<SimulatedCluster> bug) {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= 200; seed++) {
                        SimulatedCluster cluster = new SimulatedCluster(seed, 3);
                        bug.accept(cluster);
                        cluster.run(20_000);
                    }
                })
                .isInstanceOf(SimulatedCluster.Violation.class)
                .satisfies(e -> System.out.println("noticed: "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
    }
}
