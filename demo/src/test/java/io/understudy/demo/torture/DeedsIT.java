package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.StubCluster;
import io.understudy.embedded.Directories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The random work against one PostgreSQL, so that what fails on a cluster is not the work's own SQL: what always fails tests nothing. */
class DeedsIT {
    private static final int WORLDS = 6;
    private static final int TRANSACTIONS = 150;

    @Test
    void everyWorldCanBeMadeAndEveryDeedSucceedsSometimes() throws Exception {
        Path transcripts = Files.createTempDirectory("understudy-deeds-");
        try (StubCluster stub = StubCluster.start(1)) {
            LocalNode node = stub.cluster().node(1);
            Outcomes outcomes = new Outcomes();
            List<String> findings = new ArrayList<>();
            for (int i = 0; i < WORLDS; i++) {
                Dice dice = new Dice(i);
                World world = Schemas.make(dice, "round" + i);
                Protocol protocol = Protocol.values()[i % Protocol.values().length];
                try (Transcript transcript = new Transcript(transcripts.resolve(i + ".txt"));
                        Client client = new Client(
                                protocol.connect(
                                        node, "postgres", stub.cluster().password()),
                                transcript)) {
                    for (String sql : world.setup()) {
                        client.run(sql);
                    }
                    new Worker(i, client, world, dice, DeedDeck.of(true), outcomes).work(TRANSACTIONS, () -> false);
                } catch (SQLException e) {
                    findings.add("world " + i + ": " + e.getMessage());
                }
            }
            assertThat(findings).isEmpty();
            assertThat(outcomes.findings(Set.of()))
                    .allSatisfy(f -> assertThat(f).startsWith("lost"));
            assertThat(outcomes.successes().keySet()).containsAll(DeedDeck.names());
        } finally {
            Directories.delete(transcripts);
        }
    }

    @Test
    void theSameSeedMakesTheSameWorld() {
        assertThat(Schemas.make(new Dice(7), "a").setup())
                .isEqualTo(Schemas.make(new Dice(7), "a").setup());
        assertThat(Schemas.make(new Dice(7), "a").setup())
                .isNotEqualTo(Schemas.make(new Dice(8), "a").setup());
    }
}
