package io.understudy.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.understudy.embedded.Directories;
import io.understudy.family.Family.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every family on three nodes: clients at all of them at once, and then all servers hold the same. That this can fail is tested too: the same work with something done to its replication must
 * be found to be different.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FamiliesIT {
    /** Of so many families one is proved in one of its ways, others with each seed. */
    private static final int FAMILIES_SAMPLED = 3;

    /** All are proved, in all their ways. */
    private static final boolean ALL_PROOFS = Boolean.getBoolean("understudy.proofs");

    /** Only families whose names match. */
    private static final String ONLY = System.getProperty("understudy.families", ".*");

    /** What a server would not take, or would make something else of, is copied by a repair as well. */
    private static final Set<String> COPIED =
            Set.of("domain-constraints", "generated-by-functions", "functions-as-values", "own-types");

    private static final long SEED = Long.getLong("understudy.seed", 21174954919915L);

    private Path directory;
    private InProcessCluster cluster;
    private int major;

    @BeforeAll
    void start() throws IOException, SQLException {
        System.out.println("FamiliesIT seed " + SEED);
        directory = Files.createTempDirectory("understudy-families-");
        cluster = InProcessCluster.start(directory);
        try (var server = cluster.server(0)) {
            major = server.getMetaData().getDatabaseMajorVersion();
        }
    }

    @AfterAll
    void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        Directories.delete(directory);
    }

    static List<Family> families() {
        return FamilyFile.all().stream().filter(f -> f.name().matches(ONLY)).toList();
    }

    @ParameterizedTest
    @MethodSource("families")
    @Order(1)
    void everyServerHoldsTheSame(Family family) throws Exception {
        assumeThat(major).isGreaterThanOrEqualTo(family.since());
        // one that another family left behind
        cluster.repairQuarantined();
        try (FamilyRun run = new FamilyRun(cluster, family)) {
            run.assertRefusals();
            run.race(family.rounds());
            new Comparison(cluster).assertEqual();
            run.assertChecks();
        }
    }

    static List<Family> copied() {
        return families().stream().filter(f -> COPIED.contains(f.name())).toList();
    }

    @ParameterizedTest
    @MethodSource("copied")
    @Order(3)
    void aRepairedServerHoldsTheSame(Family family) throws Exception {
        cluster.repairQuarantined();
        try (FamilyRun run = new FamilyRun(cluster, family)) {
            run.race(2);
            Comparison comparison = new Comparison(cluster);
            comparison.assertEqual();
            int replica = (cluster.master() + 1) % cluster.size();
            run.lose(replica);
            cluster.repair(replica);
            comparison.assertEqual();
            run.assertChecks();
        }
    }

    static List<Arguments> proofs() {
        List<Family> proved =
                families().stream().filter(f -> !f.proofs().isEmpty()).toList();
        if (ALL_PROOFS) {
            return proved.stream()
                    .flatMap(f -> f.proofs().stream().map(p -> Arguments.of(p, f)))
                    .toList();
        }
        Random random = new Random(SEED);
        int first = random.nextInt(FAMILIES_SAMPLED);
        return IntStream.range(0, proved.size())
                .filter(i -> i % FAMILIES_SAMPLED == first)
                .mapToObj(proved::get)
                .map(f -> Arguments.of(f.proofs().get(random.nextInt(f.proofs().size())), f))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("proofs")
    @Order(2)
    void whatIsNotReplicatedRightIsFound(Proof proof, Family family) throws Exception {
        assumeThat(major).isGreaterThanOrEqualTo(family.since());
        int master = cluster.master();
        int replica = (master + 1) % cluster.size();
        Comparison comparison = new Comparison(cluster);
        Tampering tampering = new Tampering(new Random(SEED));
        boolean quarantined;
        List<String> differences = List.of();
        try (FamilyRun run = new FamilyRun(cluster, family)) {
            if (proof == Proof.CAPTURE) {
                run.race(1);
                run.capture(false);
                run.alone(family.rounds() + 1);
                run.capture(true);
            } else {
                cluster.log(replica).hold();
                try {
                    run.race(Math.min(2, family.rounds()));
                    comparison.awaitLog(replica);
                } finally {
                    cluster.log(replica)
                            .release(proof == Proof.SWAP ? tampering::swapNeighbours : tampering::dropOneChange);
                }
            }
            quarantined = !comparison.settle();
            if (!quarantined) {
                try {
                    differences = comparison.differences().stream()
                            .filter(d -> d.contains(run.schema()) && !d.contains(": position of "))
                            .toList();
                } catch (SQLException e) {
                    // The comparison in the background was quicker: reading on a node in quarantine is ended.
                    quarantined = !comparison.settle();
                    if (!quarantined) {
                        throw e;
                    }
                }
            }
        }
        System.out.println("proof " + family.name() + " " + proof + " (" + tampering.done + "): "
                + (quarantined ? "quarantined" : differences.toString()));
        if (!comparison.settle()) {
            cluster.repairQuarantined();
        } else if (!comparison.differences().isEmpty()) {
            // roles, say, do not go with the schema
            System.out.println("left by " + family.name() + ": " + comparison.differences());
            cluster.repair(replica);
        }
        assertThat(quarantined || !differences.isEmpty())
                .as("something was done (%s), and is found", tampering.done)
                .isTrue();
    }
}
