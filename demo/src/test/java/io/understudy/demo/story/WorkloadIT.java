package io.understudy.demo.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.StubCluster;
import io.understudy.demo.fault.Contents;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The demo's schema and clients against one PostgreSQL, so that what fails in the demo is not the demo's own SQL. */
class WorkloadIT {

    @Test
    void everyKindOfWriteWorksAndAcknowledgedOrdersAreThere() throws Exception {
        try (StubCluster stub = StubCluster.start(1);
                Clients clients = toPlainServer(stub.cluster())) {
            LocalCluster cluster = stub.cluster();
            assertThat(Schema.migrate(clients)).isOne();
            assertThat(Schema.migrate(clients)).isZero();
            Tally tally;
            Workload workload = new Workload(clients);
            try (ServerReads reads = new ServerReads(cluster);
                    workload) {
                tally = workload.tally();
                workload.start();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> workload.tally().complaints().isEmpty()
                                && workload.tally().writes() > 1000);
                workload.close();
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(
                                () -> assertThat(reads.on(cluster.node(1))).isEqualTo(tally.reads()));
            }
            LocalNode node = cluster.node(1);
            assertThat(tally.errorsByState())
                    .allSatisfy((state, count) -> assertThat(state).startsWith("40"));
            assertThat(Orders.check(cluster, tally)).isEmpty();
            assertThat(Contents.ofAll(cluster).values()).singleElement().satisfies(contents -> {
                assertThat(contents.tables()).hasSize(9);
                assertThat(contents.sequences()).hasSize(3);
            });

            try (Connection direct = Contents.connect(cluster, node);
                    Statement statement = direct.createStatement()) {
                for (String table : new String[] {"orders", "order_line", "visit", "audit"}) {
                    try (ResultSet row = statement.executeQuery("select count(*) from " + table)) {
                        row.next();
                        assertThat(row.getLong(1)).as(table).isPositive();
                    }
                }
                statement.execute("delete from order_line");
                statement.execute("delete from orders where id = (select max(id) from orders)");
            }
            assertThat(Orders.check(cluster, tally))
                    .as("after an order was taken away")
                    .isNotEmpty();
        }
    }

    private static Clients toPlainServer(LocalCluster cluster) {
        return new Clients(cluster.jdbcUrl() + "?understudy.plainServers=allow", "postgres", cluster.password());
    }
}
