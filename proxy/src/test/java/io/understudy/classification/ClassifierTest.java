package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.DatabaseCatalog.Cast;
import io.understudy.catalog.DatabaseCatalog.Company;
import io.understudy.classification.Classification.Read;
import io.understudy.classification.Classification.Scope;
import io.understudy.classification.Classification.Write;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ClassifierTest {
    private final AtomicReference<DatabaseCatalog> catalog =
            new AtomicReference<>(TestCatalog.postgres().build());
    private final Classifier classifier = new Classifier(catalog::get);

    private Classification classify(String sql) {
        return classifier.classify(sql, TestCatalog.PUBLIC);
    }

    @Test
    void oneShapeIsParsedOnce() {
        classify("SELECT * FROM orders WHERE id = 1");
        classify("select * from orders where id = 2");
        ClassificationStatistics s = classifier.statistics();
        assertThat(s.hits()).isEqualTo(1);
        assertThat(s.misses()).isEqualTo(1);
        assertThat(s.parsed()).isEqualTo(1);
        assertThat(s.kinds()).containsEntry("read", 2L);
    }

    @Test
    void theQuestionForAnOutcomeIsAnsweredByTheNode() {
        assertThat(classify("SELECT understudy.outcome('1.2.3')")).isEqualTo(new Classification.AskOutcome());
        assertThat(classify("select understudy.outcome($1)")).isEqualTo(new Classification.AskOutcome());
        SqlStatement s = Classifier.split("SELECT understudy.outcome($$x$$)").getFirst();
        assertThat(Classification.AskOutcome.literal(s)).hasValue("x");
        assertThat(classify("SELECT understudy.outcome('a'), 1")).isNotInstanceOf(Classification.AskOutcome.class);
        assertThat(classify("SELECT understudy.outcome(name) FROM orders"))
                .isNotInstanceOf(Classification.AskOutcome.class);
    }

    @Test
    void anotherCatalogIsAskedAgainWithoutParsing() {
        assertThat(classify("SELECT newcomer(1)")).isInstanceOf(Write.class);
        catalog.set(TestCatalog.postgres().function("newcomer", 's').version(2).build());
        assertThat(classify("SELECT newcomer(1)")).isInstanceOf(Read.class);
        assertThat(classifier.catalogVersion()).isEqualTo(2);
        catalog.set(TestCatalog.postgres()
                .function("newcomer", 's')
                .function("newcomer", 'v')
                .version(3)
                .build());
        assertThat(classify("SELECT newcomer(1)")).isInstanceOf(Write.class);
        assertThat(classifier.statistics().parsed()).isEqualTo(1);
    }

    @Test
    void whileTheSchemaChangesReadsMayWrite() {
        AtomicBoolean fresh = new AtomicBoolean(true);
        Classifier doubting = new Classifier(catalog::get, fresh::get);
        List<SqlStatement> read = Classifier.split("SELECT stable_function(id) FROM orders");
        List<SqlStatement> calm = Classifier.split("SELECT abs(-1)");
        assertThat(doubting.classify(read.getFirst(), TestCatalog.PUBLIC)).isInstanceOf(Read.class);
        fresh.set(false);
        assertThat(doubting.doubtful()).isTrue();
        assertThat(doubting.classify(read.getFirst(), TestCatalog.PUBLIC))
                .isInstanceOfSatisfying(
                        Write.class, w -> assertThat(w.cause()).isEqualTo(Classification.Cause.CHANGING_SCHEMA));
        assertThat(doubting.classify("SELECT * FROM orders", TestCatalog.PUBLIC))
                .isInstanceOfSatisfying(Write.class, w -> assertThat(w.pins()).doesNotContain(PinReason.OPAQUE_CODE));
        assertThat(doubting.classify("COPY orders TO STDOUT", TestCatalog.PUBLIC))
                .isInstanceOfSatisfying(
                        Classification.Copy.class, c -> assertThat(c.content()).isInstanceOf(Write.class));
        assertThat(doubting.classify(calm.getFirst(), TestCatalog.PUBLIC)).isInstanceOf(Read.class);
        assertThat(doubting.stillRead(read, TestCatalog.PUBLIC, 1)).isFalse();
        assertThat(doubting.stillRead(calm, TestCatalog.PUBLIC, 1)).isTrue();
        fresh.set(true);
        assertThat(doubting.stillRead(read, TestCatalog.PUBLIC, 1)).isTrue();
        catalog.set(TestCatalog.postgres()
                .function("stable_function", 'v')
                .version(2)
                .build());
        assertThat(doubting.stillRead(read, TestCatalog.PUBLIC, 1)).isFalse();
    }

    @Test
    void theSearchPathCounts() {
        assertThat(classify("SELECT * FROM orders")).isInstanceOf(Read.class);
        assertThat(classifier.classify("SELECT * FROM orders", List.of("elsewhere")))
                .isInstanceOf(Write.class);
        assertThat(((Write) classify("UPDATE t SET b = 'x' WHERE a = 1")).form())
                .isInstanceOf(StatementForm.Ineligible.class);
        Write hidden = (Write)
                classifier.classify("UPDATE orders SET note = 'x' WHERE id = 1", List.of("public", "pg_catalog"));
        assertThat(hidden.form())
                .isEqualTo(new StatementForm.Ineligible("pg_catalog is not searched first in the search path"));
    }

    @Test
    void whatAReplicaRefusedIsAWriteFromThenOn() {
        SqlStatement s = Classifier.split("SELECT stable_function(1)").getFirst();
        assertThat(classifier.classify(s, TestCatalog.PUBLIC)).isInstanceOf(Read.class);
        classifier.misrouted(s);
        assertThat(classify("SELECT stable_function(2)"))
                .isInstanceOfSatisfying(
                        Write.class, w -> assertThat(w.cause()).isEqualTo(Classification.Cause.LEARNED));
        catalog.set(TestCatalog.postgres().version(2).build());
        assertThat(classify("SELECT stable_function(3)")).isInstanceOf(Write.class);
        assertThat(classifier.statistics().misrouted()).isEqualTo(1);
    }

    @Test
    void volatileOperatorsMakeWrites() {
        catalog.set(TestCatalog.postgres().volatileOperators("@#@").version(2).build());
        assertThat(classify("SELECT 1 @#@ 2")).isInstanceOf(Write.class);
        assertThat(classify("SELECT 1 OPERATOR(public.@#@) 2")).isInstanceOf(Write.class);
        assertThat(classify("SELECT 1 + 2")).isInstanceOf(Read.class);
        catalog.set(TestCatalog.postgres().volatileOperators("=").version(3).build());
        assertThat(classify("SELECT 1 IN (2)")).isInstanceOf(Write.class);
    }

    private static final int MOOD = 16_500;

    @Test
    void aVolatileCastThatMustBeAskedForMakesAWriteOfWhatAsksForIt() {
        catalog.set(TestCatalog.postgres()
                .volatileCasts(new Cast(23, MOOD, "mood", 'e', company()))
                .version(2)
                .build());
        for (String asking : List.of(
                "SELECT 1::mood",
                "SELECT 1::public.mood",
                "SELECT '{1}'::mood[]",
                "SELECT CAST(id AS \"mood\") FROM orders",
                "SELECT mood(1)",
                "SELECT id FROM orders WHERE (id::mood) IS NULL")) {
            assertThat(classify(asking)).as(asking).isInstanceOf(Write.class);
        }
        for (String other : List.of(
                "SELECT 1",
                "SELECT '1'::int",
                "SELECT id::text FROM orders",
                "SELECT m FROM moods",
                "SELECT count(*) AS n FROM orders WHERE id = 5")) {
            assertThat(classify(other)).as(other).isInstanceOf(Read.class);
        }
    }

    @Test
    void aVolatileCastToABuiltInTypeGoesByManyNames() {
        catalog.set(TestCatalog.postgres()
                .volatileCasts(new Cast(MOOD, 23, "int4", 'e', company()))
                .version(2)
                .build());
        assertThat(classify("SELECT m::integer FROM moods")).isInstanceOf(Write.class);
        assertThat(classify("SELECT int4(m) FROM moods")).isInstanceOf(Write.class);
        assertThat(classify("SELECT m FROM moods")).isInstanceOf(Read.class);
    }

    @Test
    void anImplicitVolatileCastNeedsAValueOfItsType() {
        catalog.set(TestCatalog.postgres()
                .volatileCasts(new Cast(MOOD, 23, "int4", 'i', company()))
                .version(2)
                .build());
        assertThat(classify("SELECT * FROM moods WHERE id = m")).isInstanceOf(Write.class);
        assertThat(classify("SELECT 1 + stable_function(1)")).isInstanceOf(Write.class);
        assertThat(classify("SELECT 1 + 'sad'::mood")).isInstanceOf(Write.class);
        assertThat(classify("SELECT * FROM orders WHERE id = 5")).isInstanceOf(Read.class);
        assertThat(classify("SELECT abs(-1)")).isInstanceOf(Read.class);
        assertThat(classify("SELECT abs_like(1)"))
                .as("it has to do with no mood")
                .isInstanceOf(Read.class);
        assertThat(classify("SELECT a FROM json_to_record('{}') AS x(a mood)")).isInstanceOf(Write.class);
        assertThat(classify("SELECT mood 'sad'")).isInstanceOf(Write.class);
        catalog.set(TestCatalog.postgres()
                .volatileCasts(new Cast(23, MOOD, "mood", 'i', company()))
                .version(3)
                .build());
        assertThat(classify("SELECT * FROM orders WHERE id = 5")).isInstanceOf(Read.class);
        assertThat(classify("SELECT m FROM moods")).isInstanceOf(Write.class);
        assertThat(classify("DECLARE c CURSOR WITH HOLD FOR SELECT * FROM orders"))
                .isInstanceOf(SessionStatement.DeclareCursor.class);
        catalog.set(TestCatalog.postgres()
                .volatileCasts(new Cast(23, MOOD, "mood", 'i', company("=", "@#@")))
                .userOperators("=", "@#@")
                .version(4)
                .build());
        assertThat(classify("SELECT 1 @#@ 2")).isInstanceOf(Write.class);
        assertThat(classify("SELECT id IN (5) FROM orders")).isInstanceOf(Write.class);
        catalog.set(TestCatalog.postgres()
                .volatileCasts(new Cast(23, MOOD, "mood", 'i', company("@#@")))
                .userOperators("=", "@#@")
                .version(5)
                .build());
        assertThat(classify("SELECT 1 @#@ 2")).isInstanceOf(Write.class);
        assertThat(classify("SELECT id IN (5) FROM orders"))
                .as("that operator = takes something else")
                .isInstanceOf(Read.class);
        catalog.set(TestCatalog.postgres()
                .volatileCasts(new Cast(23, 25, "text", 'i', NOBODY))
                .version(6)
                .build());
        assertThat(classify("SELECT * FROM orders WHERE id = 5")).isInstanceOf(Write.class);
    }

    private static final Company NOBODY = new Company(Set.of(), Set.of(), Set.of(), Set.of());

    /** Of the type mood. */
    private static Company company(String... operators) {
        return new Company(Set.of(MOOD), Set.of("mood", "_mood"), Set.of("stable_function"), Set.of(operators));
    }

    @Test
    void aVolatileCastInAssignmentsConcernsNoQuery() {
        catalog.set(TestCatalog.postgres()
                .volatileCasts(new Cast(23, MOOD, "mood", 'a', company()))
                .version(2)
                .build());
        assertThat(classify("SELECT * FROM moods")).isInstanceOf(Read.class);
        assertThat(classify("INSERT INTO orders (id, note) VALUES (1, 'x')"))
                .isInstanceOfSatisfying(
                        Write.class, w -> assertThat(w.form()).isInstanceOf(StatementForm.Ineligible.class));
    }

    @Test
    void usersOperatorsAndCastsOnBuiltInTypesPutTheStatementFormInDoubt() {
        String update = "UPDATE orders SET amount = amount + 1 WHERE id = 5";
        assertThat(whyNot(update)).isEmpty();
        catalog.set(TestCatalog.postgres().userOperators("@@").version(2).build());
        assertThat(whyNot(update)).isEmpty();
        catalog.set(TestCatalog.postgres().userOperators("+").version(3).build());
        assertThat(whyNot(update)).isEqualTo("a user has made an operator + for built-in types");
        catalog.set(TestCatalog.postgres().userOperators("=").version(4).build());
        assertThat(whyNot("DELETE FROM orders WHERE id = 5")).contains("operator =");
        catalog.set(TestCatalog.postgres().userCasts().version(5).build());
        assertThat(whyNot(update)).contains("cast between built-in types");
    }

    @Test
    void itIsSaidWhyAStatementIsLoggedAsRows() {
        assertThat(whyNot("UPDATE triggered SET n = 1 WHERE id = 5")).isEqualTo("table triggered has a trigger");
        assertThat(whyNot("UPDATE orders SET note = 'x'")).isEqualTo("it has no WHERE");
        assertThat(whyNot("UPDATE orders SET note = 'x' WHERE customer = 1"))
                .isEqualTo("WHERE does not fix the primary key: id is open");
        assertThat(whyNot("UPDATE t SET a = 1 WHERE a = 2")).isEqualTo("table t has no primary key");
        assertThat(whyNot("INSERT INTO serials (note) VALUES ('x')"))
                .isEqualTo("column id is left out, and its default is not a constant");
        assertThat(whyNot("UPDATE orders SET weight = 1 WHERE id = 5")).startsWith("column weight is of type float8");
        assertThat(whyNot("UPDATE orders SET placed = $1 WHERE id = 5"))
                .startsWith("the value of column placed is a time other than now()");
        assertThat(whyNot("INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING"))
                .contains("ON CONFLICT");
    }

    private String whyNot(String sql) {
        return switch (((Write) classify(sql)).form()) {
            case StatementForm.Eligible e -> "";
            case StatementForm.Ineligible i -> i.why();
        };
    }

    @Test
    void userFunctionsOfABuiltInsNameAreNotTrusted() {
        assertThat(((Read) classify("SELECT random()")).scope()).isEqualTo(Scope.DATA);
        catalog.set(TestCatalog.postgres().function("random", 'v').version(2).build());
        assertThat(classify("SELECT random()")).isInstanceOf(Write.class);
        catalog.set(TestCatalog.postgres().function("coalesce", 'v').version(3).build());
        assertThat(classify("SELECT \"coalesce\"(1, 2)")).isInstanceOf(Write.class);
    }

    @Test
    void deepAndLongInputFallsBack() {
        String deep = "SELECT " + "(".repeat(50_000) + "1" + ")".repeat(50_000);
        assertThat(classify(deep)).isInstanceOf(Write.class);
        assertThat(classify("SELECT " + "CASE WHEN true THEN ".repeat(3_000))).isInstanceOf(Write.class);
        assertThat(classify("SELECT 1" + " + 1".repeat(9_000))).isInstanceOf(Classification.class);
        assertThat(classify("SELECT " + "- ".repeat(9_000) + "1")).isInstanceOf(Classification.class);
        assertThat(classify("SELECT " + "NOT ".repeat(9_000) + "true")).isInstanceOf(Classification.class);
        assertThat(classify("SELECT 1" + " UNION SELECT 1".repeat(4_000))).isInstanceOf(Classification.class);
        assertThat(classify("SELECT 1" + ", 1".repeat(50_000))).isInstanceOf(Write.class);
        assertThat(classifier.statistics().fallbacks()).containsKeys("nested too deeply", "too long");
        assertThat(classifier.statistics().fallbackShare()).isBetween(0.1, 1.0);
    }

    @Test
    void parameterTypesOfTheStatementForm() {
        assertThat(StatementForm.Eligible.allows(23)).isTrue();
        assertThat(StatementForm.Eligible.allows(0)).isTrue();
        assertThat(StatementForm.Eligible.allows(1184)).isFalse();
        assertThat(StatementForm.Eligible.allows(701)).isFalse();
    }

    /** Prints only: how fast it is depends on the machine. */
    @Test
    void costs() {
        String sql = "UPDATE pgbench_accounts SET abalance = abalance + 4711 WHERE aid = 815";
        long hit = 0;
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 100_000; i++) {
                classify(sql);
            }
            hit = (System.nanoTime() - start) / 100_000;
        }
        long start = System.nanoTime();
        for (int i = 0; i < 2_000; i++) {
            classify("SELECT a" + i + " FROM orders o JOIN lines l ON o.id = l.order_id WHERE o.id = 5");
        }
        System.out.println("a hit costs " + hit + " ns with its lexing, a miss "
                + (System.nanoTime() - start) / 2_000_000 + " us");
        assertThat(classifier.statistics().misses()).isEqualTo(2_001);
    }
}
