package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.demo.fault.Contents;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A short run with a seed of its own each time; {@code understudy torture} makes long ones. */
class TortureIT {
    private static final Duration LIMIT = Duration.ofSeconds(50);

    private RunningCluster running;
    private LocalCluster cluster;

    @BeforeEach
    void start() throws IOException {
        // what is put in by hand must stay until it has been seen
        running = RunningCluster.start(file ->
                Files.writeString(file, Files.readString(file).replace("repair: automatic", "repair: ordered")));
        cluster = running.local();
    }

    @AfterEach
    void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void nodesAreEqualWhateverClientsSendAndAreFoundDifferentWhenTheyAre() throws Exception {
        long seed = Long.getLong("understudy.seed", 538184L);
        Torture.Plan plan =
                new Torture.Plan(seed, 2, LIMIT, 60, cluster.directory().resolve("torture"));
        Torture.Report report = new Torture(cluster, plan, System.out::println).run();

        assertThat(report.findings()).as("seed " + seed).isEmpty();
        assertThat(report.transactions()).isGreaterThan(20);

        try (Connection direct = Contents.connect(cluster, cluster.node(2));
                Statement statement = direct.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute("create table put_in_by_hand (x int)");
        }
        assertThat(new Inspection(cluster).findings())
                .anySatisfy(f -> assertThat(f).contains("put_in_by_hand"));
    }
}
