package io.understudy.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.backend.Backend;
import io.understudy.backend.PoolLimits;
import io.understudy.backend.Queries;
import io.understudy.backend.Servers;
import io.understudy.backend.TestPostgres;
import io.understudy.log.VerificationScope;
import io.understudy.repair.DatabaseSums.SequenceSum;
import io.understudy.repair.DatabaseSums.TableSum;
import io.understudy.repair.Verification.Result;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class VerificationIT {
    private final Servers servers = new Servers(PoolLimits.of(10));
    private TestPostgres server;
    private Verification verification;

    @BeforeAll
    void start() throws Exception {
        server = TestPostgres.start();
        verification = new Verification(this::connect, 10_000);
    }

    @AfterAll
    void stop() throws Exception {
        servers.close();
        if (server != null) {
            server.close();
        }
    }

    private VerificationConnections.Connection connect() throws IOException {
        Backend b = servers.connect(server.address(), server.superuser(), Map.of("client_encoding", "UTF8"));
        return new VerificationConnections.Connection() {
            @Override
            public Queries queries() {
                return b;
            }

            @Override
            public void close() {
                b.discard();
            }
        };
    }

    private DatabaseSums sums(UUID point) {
        await().until(() -> !(verification.result(point).orElseThrow() instanceof Result.Underway));
        return verification.result(point).orElseThrow() instanceof Result.Done d ? d.sums() : fail(point);
    }

    private DatabaseSums fail(UUID point) {
        throw new AssertionError(verification.result(point).toString());
    }

    private static TableSum table(DatabaseSums sums, String name) {
        return Objects.requireNonNull(sums.tables().get(name), name);
    }

    private DatabaseSums sumsNow() {
        UUID point = UUID.randomUUID();
        verification.reached(point, 1, VerificationScope.EVERYTHING);
        return sums(point);
    }

    @Test
    void sumsDependOnWhatIsThereAndNotOnItsOrder() throws Exception {
        server.execute(
                "CREATE SCHEMA sums",
                "CREATE TABLE sums.a(x int, \"row\" text)",
                "CREATE TABLE sums.b(x int, \"row\" text)",
                "CREATE TABLE sums.\"Odd, table\"()",
                "INSERT INTO sums.\"Odd, table\" DEFAULT VALUES",
                "CREATE SEQUENCE sums.s START 5",
                "INSERT INTO sums.a SELECT i % 7, 'x' || i % 5 FROM generate_series(1, 100) AS i",
                "INSERT INTO sums.b SELECT * FROM sums.a ORDER BY random()",
                "CREATE MATERIALIZED VIEW sums.v AS SELECT count(*) FROM sums.a",
                "CREATE MATERIALIZED VIEW sums.e AS SELECT 1 WITH NO DATA",
                "CREATE TABLE sums.p(x int) PARTITION BY LIST (x)",
                "CREATE TABLE sums.p1 PARTITION OF sums.p FOR VALUES IN (1)",
                "INSERT INTO sums.p VALUES (1)");
        DatabaseSums first = sumsNow();
        assertThat(first.tables())
                .containsKeys("sums.a", "sums.p1", "sums.v", "sums.\"Odd, table\"")
                .containsEntry("sums.b", table(first, "sums.a"))
                .containsEntry("sums.e", new TableSum(-1, ""))
                .doesNotContainKeys("sums.p", "pg_catalog.pg_class");
        assertThat(first.sequences()).containsEntry("sums.s", new SequenceSum(5, false));
        // one value swapped between two rows: same rows, same sum of anything per column
        server.execute(
                "UPDATE sums.b SET \"row\" = 'x9' WHERE ctid = (SELECT ctid FROM sums.b LIMIT 1)",
                "SELECT nextval('sums.s')");
        DatabaseSums second = sumsNow();
        assertThat(table(second, "sums.b").rows()).isEqualTo(100);
        assertThat(table(second, "sums.b")).isNotEqualTo(table(first, "sums.b"));
        assertThat(second.tables()).containsEntry("sums.a", table(first, "sums.a"));
        assertThat(second.sequences()).containsEntry("sums.s", new SequenceSum(5, true));
        // duplicates do not cancel each other out
        server.execute("INSERT INTO sums.p VALUES (1), (1)");
        assertThat(table(sumsNow(), "sums.p1").checksum())
                .isNotEqualTo(table(first, "sums.p1").checksum());
    }

    @Test
    void theSnapshotIsOfItsMoment() throws Exception {
        server.execute("CREATE SCHEMA moment", "CREATE TABLE moment.a(x int)", "INSERT INTO moment.a VALUES (1)");
        UUID point = UUID.randomUUID();
        try (Snapshot s = new Snapshot(point, 3, VerificationScope.EVERYTHING, connect(), 10_000)) {
            server.execute("INSERT INTO moment.a VALUES (2)", "UPDATE moment.a SET x = 3");
            assertThat(table(s.sum(), "moment.a").rows()).isEqualTo(1);
            DatabaseSums before = s.sum();
            assertThat(before.index()).isEqualTo(3);
            assertThat(before.tables()).isNotEqualTo(sumsNow().tables());
        }
    }

    @Test
    void ofWhatIsTruncatedRewrittenOrDroppedMeanwhileNothingIsTold() throws Exception {
        server.execute(
                "CREATE SCHEMA gone",
                "CREATE TABLE gone.truncated AS SELECT 1 AS x",
                "CREATE TABLE gone.rewritten AS SELECT 1 AS x",
                "CREATE TABLE gone.dropped AS SELECT 1 AS x",
                "CREATE TABLE gone.another AS SELECT 1 AS x",
                "CREATE TABLE gone.stays AS SELECT 1 AS x");
        try (Snapshot s = new Snapshot(UUID.randomUUID(), 3, VerificationScope.EVERYTHING, connect(), 10_000)) {
            server.execute(
                    "TRUNCATE gone.truncated",
                    "ALTER TABLE gone.rewritten ALTER x TYPE bigint",
                    "DROP TABLE gone.dropped, gone.another",
                    "CREATE TABLE gone.another AS SELECT 1 AS x");
            DatabaseSums sums = s.sum();
            assertThat(table(sums, "gone.stays").rows()).isEqualTo(1);
            assertThat(List.of("truncated", "rewritten", "dropped", "another"))
                    .allSatisfy(t -> assertThat(table(sums, "gone." + t)).isEqualTo(TableSum.LOST));
            assertThat(VerificationReport.compare(Map.of("n1", sums)).lost())
                    .containsExactly("gone.another", "gone.dropped", "gone.rewritten", "gone.truncated");
        }
    }

    @Test
    void aSnapshotLocksNothingForLong() throws Exception {
        server.execute("CREATE SCHEMA locks", "CREATE TABLE locks.a(x int)");
        try (Snapshot s = new Snapshot(UUID.randomUUID(), 3, VerificationScope.EVERYTHING, connect(), 10_000)) {
            s.sum();
            server.execute("SET lock_timeout = '2s'", "TRUNCATE locks.a", "DROP TABLE locks.a");
        }
    }

    @Test
    void noServerIsAResultToo() {
        Verification nowhere = new Verification(
                () -> {
                    throw new IOException("no server");
                },
                1000);
        UUID point = UUID.randomUUID();
        nowhere.reached(point, 9, VerificationScope.EVERYTHING);
        assertThat(nowhere.result(point)).contains(new Result.Failed(9, "no server"));
        assertThat(nowhere.result(UUID.randomUUID())).isEmpty();
    }
}
