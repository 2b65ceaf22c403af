package io.understudy.bench.hot;

import io.understudy.catalog.CatalogReader;
import io.understudy.catalog.DatabaseCatalog;
import io.understudy.classification.Classification;
import io.understudy.classification.Classifier;
import io.understudy.classification.SqlStatement;
import io.understudy.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What classification costs, with the catalog of a real server. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullUnmarked // JMH calls the set-up before anything else
public class ClassificationBenchmark {
    /** What everyday applications send most. */
    static final String POINT = "SELECT abalance FROM pgbench_accounts WHERE aid = ";

    private static final List<String> PATH = List.of("pg_catalog", "public");
    private static final String FIVE_TABLES = """
            SELECT o.id, c.name, sum(l.quantity * p.price) AS total_%d
              FROM orders o JOIN customer c ON c.id = o.customer JOIN line l ON l.orders = o.id
              JOIN product p ON p.id = l.product LEFT JOIN shipment s ON s.orders = o.id
             WHERE o.placed > '2026-01-01' AND c.country = 'AT' AND (s.sent IS NULL OR s.carrier IN ('a', 'b', 'c'))
             GROUP BY o.id, c.name HAVING count(*) > 2 ORDER BY total_%d DESC LIMIT 20""";

    private EmbeddedPostgres server;
    private Classifier classifier;
    private SqlStatement prepared;
    private long number;

    @Setup
    public void start() throws IOException, SQLException {
        server = EmbeddedPostgres.start();
        DatabaseCatalog catalog = catalog(server);
        classifier = new Classifier(() -> catalog);
        prepared = Classifier.split(POINT + "$1").getFirst();
        classifier.classify(prepared, PATH);
    }

    @TearDown
    public void stop() {
        server.close();
    }

    /** A statement that a client has prepared, executed again. */
    @Benchmark
    public Classification hitPrepared() {
        return classifier.classify(prepared, PATH);
    }

    /** Simple protocol: each time another text of the same shape. */
    @Benchmark
    public Classification hitByText() {
        return classifier.classify(POINT + ++number, PATH);
    }

    /** What making that text costs, which is no part of classification. */
    @Benchmark
    public String textPoint() {
        return POINT + ++number;
    }

    /** A query of five tables whose shape was never seen. */
    @Benchmark
    public Classification missFiveTables() {
        number++;
        return classifier.classify(FIVE_TABLES.formatted(number, number), PATH);
    }

    /** What making that text costs, which is no part of classification. */
    @Benchmark
    public String textFiveTables() {
        number++;
        return FIVE_TABLES.formatted(number, number);
    }

    /** Texts of one shape with other literals: how many of so many were found in the cache. */
    public static double hitShare(int statements) throws IOException, SQLException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            DatabaseCatalog catalog = catalog(server);
            Classifier fresh = new Classifier(() -> catalog);
            for (int i = 0; i < statements; i++) {
                fresh.classify(
                        "UPDATE pgbench_accounts SET abalance = abalance + " + (i - 7) + " WHERE aid = " + i, PATH);
                fresh.classify(
                        "SELECT * FROM orders WHERE placed > '2026-01-" + i + "' AND id IN (1, " + i + ")", PATH);
            }
            return (double) fresh.statistics().hits()
                    / (fresh.statistics().hits() + fresh.statistics().misses());
        }
    }

    private static DatabaseCatalog catalog(EmbeddedPostgres server) throws SQLException {
        try (Connection c = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84))");
            s.execute("CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, country text)");
            s.execute("CREATE TABLE product (id int PRIMARY KEY, price numeric NOT NULL)");
            s.execute("CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customer, placed date)");
            s.execute("CREATE TABLE line (orders int REFERENCES orders, product int REFERENCES product, quantity int)");
            s.execute("CREATE TABLE shipment (orders int REFERENCES orders, sent date, carrier text)");
            return new CatalogReader().read(c);
        }
    }
}
