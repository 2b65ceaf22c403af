package io.understudy.demo.conformity;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.catalog.CatalogReader;
import io.understudy.catalog.DatabaseCatalog;
import io.understudy.classification.Classifier;
import io.understudy.classification.Insight;
import io.understudy.classification.Insight.NamedTables;
import io.understudy.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The judge judged: whatever classification leaves out or invents is a difference to PostgreSQL. */
class ComparisonIT {
    private static EmbeddedPostgres pg;
    private static Connection connection;
    private static ServerNames names;
    private static DatabaseCatalog catalog;

    @BeforeAll
    static void start() throws Exception {
        pg = EmbeddedPostgres.start();
        connection = DriverManager.getConnection(pg.jdbcUrl(), pg.user(), pg.password());
        try (Statement s = connection.createStatement()) {
            s.execute("CREATE TABLE a(id int PRIMARY KEY, n int)");
            s.execute("CREATE TABLE b(id int PRIMARY KEY, n int)");
        }
        catalog = new CatalogReader().read(connection);
        names = new ServerNames(catalog, Set.of("int4"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (pg != null) {
            connection.close();
            pg.close();
        }
    }

    private static Insight insight(String sql) {
        return new Classifier(() -> catalog).inspect(Classifier.split(sql).getFirst(), List.of("public"));
    }

    private static List<String> differences(String sql, Insight seen) throws Exception {
        Trial.Outcome trial = new Trial(connection).of(sql, names.ids());
        return Comparison.differences(seen, trial.analysis().orElseThrow(), names, trial.strangers());
    }

    @Test
    void whatIsRightHasNoDifferences() throws Exception {
        for (String sql : List.of(
                "SELECT a.id, upper('x') FROM a JOIN b USING (id) WHERE EXISTS (SELECT FROM pg_class) FOR UPDATE OF a",
                "WITH d AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT id, max(n) FROM d GROUP BY id ON CONFLICT (id) DO UPDATE SET n = excluded.n",
                "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET n = abs(b.n) WHEN NOT MATCHED THEN DO NOTHING",
                "SELECT EXTRACT(year FROM now()), TRIM('x'), int4('1'), CAST('2' AS int), rank() OVER (ORDER BY n) FROM a")) {
            assertThat(differences(sql, insight(sql))).as(sql).isEmpty();
        }
    }

    @Test
    void whatIsLeftOutIsADifference() throws Exception {
        String sql = "WITH d AS (DELETE FROM a RETURNING *) SELECT lower('x') FROM d, b FOR UPDATE OF b";
        Insight right = insight(sql);
        NamedTables t = right.named();
        assertThat(differences(sql, right)).isEmpty();
        assertThat(differences(sql, with(right, new NamedTables("select", true, List.of(), t.written()))))
                .containsExactly("PostgreSQL reads public.b");
        assertThat(differences(sql, with(right, new NamedTables("select", true, t.read(), List.of()))))
                .containsExactly("PostgreSQL writes public.a");
        assertThat(differences(sql, with(right, new NamedTables("select", false, t.read(), t.written()))))
                .containsExactly("data-modifying WITH: false");
        assertThat(differences(sql, with(right, new NamedTables("delete", true, t.read(), t.written()))))
                .hasSize(1);
        assertThat(differences(sql, with(right, new NamedTables("select", true, t.written(), t.read()))))
                .hasSize(4);
        assertThat(differences(
                        sql,
                        new Insight(
                                right.classification(),
                                false,
                                right.parser(),
                                "",
                                t,
                                List.of(),
                                false,
                                false,
                                0,
                                right.shape())))
                .containsExactlyInAnyOrder("locks rows: false", "PostgreSQL calls lower");
    }

    private static Insight with(Insight i, NamedTables named) {
        return new Insight(
                i.classification(),
                i.cached(),
                i.parser(),
                i.fellBack(),
                named,
                i.functions(),
                i.locksRows(),
                i.casts(),
                i.timestamps(),
                i.shape());
    }

    @Test
    void aWriteTakenForAReadIsFound() throws Exception {
        for (String sql : List.of(
                "SELECT pg_notify('a', 'b')",
                "SELECT * FROM a FOR SHARE",
                "SELECT set_config('a.b', 'c', false)",
                "DELETE FROM a")) {
            Trial.Outcome trial = new Trial(connection).of(sql, names.ids());
            assertThat(ReadOnlyJudge.writes(trial, trial.analysis().orElseThrow(), names))
                    .as(sql)
                    .isPresent();
            assertThat(ReadOnlyJudge.isReadOnly(trial, trial.analysis().orElseThrow(), names))
                    .as(sql)
                    .isFalse();
        }
    }
}
