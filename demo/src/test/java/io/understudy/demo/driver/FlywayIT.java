package io.understudy.demo.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import io.understudy.jdbc.UnderstudyDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An application's Flyway through the driver, by URL and by data source, several at once. */
class FlywayIT {
    private static final int AT_ONCE = 3;
    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.shared();
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void severalStartedAtOnceMigrateOnce() throws Exception {
        migratesOnce(
                "by_url",
                Flyway.configure()
                        .dataSource(cluster.url(), "postgres", cluster.local().password()));
        migratesOnce("by_data_source", Flyway.configure().dataSource(new UnderstudyDataSource(cluster.url())));
    }

    private static void migratesOnce(String schema, FluentConfiguration configuration) throws Exception {
        configuration.schemas(schema).locations("classpath:driver/migration");
        List<CompletableFuture<Integer>> runs = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> configuration.load().migrate().migrationsExecuted,
                        task -> Thread.ofPlatform().start(task)))
                .toList();
        int executed = 0;
        for (CompletableFuture<Integer> run : runs) {
            executed += run.get(90, TimeUnit.SECONDS);
        }
        assertThat(executed).isEqualTo(3);

        for (LocalNode node : cluster.local().nodes()) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                try (Connection c = Contents.connect(cluster.local(), node);
                        Statement s = c.createStatement();
                        ResultSet r = s.executeQuery("select (select count(*) from " + schema + ".migrated),"
                                + " (select count(*) from " + schema + ".flyway_schema_history where success)")) {
                    r.next();
                    assertThat(r.getInt(1)).isEqualTo(1);
                    // With the row for the schema that Flyway made.
                    assertThat(r.getInt(2)).isEqualTo(4);
                }
            });
        }
        assertThat(configuration.load().validateWithResult().validationSuccessful)
                .isTrue();
    }
}
