package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.catalog.DatabaseCatalog;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidueTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN UPDATE orders SET note = 'x' WHERE id = 1; RETURN true; EXCEPTION WHEN others THEN INSERT INTO t VALUES (1); END",
                "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 'set; temp'",
                "BEGIN SET LOCAL work_mem = '1MB'; SET CONSTRAINTS ALL DEFERRED; END",
                "MERGE INTO t USING orders o ON t.a = o.id WHEN MATCHED THEN UPDATE SET b = o.note",
                "SELECT random(), clock_timestamp() -- SET x",
                "BEGIN PERFORM pg_advisory_xact_lock(1); END",
            })
    void whatKeepsNothing(String source) {
        assertThat(pins(source)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET TimeZone = 'UTC'",
                "BEGIN SET work_mem = '1MB'; END",
                "BEGIN IF true THEN SET SESSION work_mem = '1MB'; END IF; END",
                "BEGIN x := 1; /* SET LOCAL */ SET work_mem = '1MB'; END",
                "BEGIN x := 'a--b'; SET work_mem = '1MB'; END",
                "BEGIN <<here>> SET work_mem = '1MB'; END",
                "BEGIN CREATE TEMP TABLE x (a int); END",
                "BEGIN CREATE TABLE pg_temp.x (a int); END",
                "BEGIN EXECUTE 'SET TimeZone = 1'; END",
                "BEGIN LISTEN x; END",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
                "SELECT query_to_xml('select 1', true, true, '')",
                "SELECT dblink_connect('x')",
                "SELECT volatile_function()",
            })
    void whatMayKeepAnything(String source) {
        assertThat(pins(source)).contains(PinReason.OPAQUE_CODE);
    }

    @Test
    void whatIsKnownToBeKept() {
        assertThat(pins("SELECT set_config('a.b', 'c', false)")).containsExactly(PinReason.SETTING);
        assertThat(pins("BEGIN PERFORM pg_advisory_lock(1); END")).containsExactly(PinReason.ADVISORY_LOCK);
        assertThat(pins("SELECT nextval('seq')")).containsExactly(PinReason.SEQUENCE_VALUE);
    }

    @Test
    void functionsAreFollowedThroughWhatTheyName() {
        TestCatalog catalog = TestCatalog.postgres()
                .function("outer_one", "SELECT inner_one() + outer_one()")
                .function("inner_one", "SELECT \"Innermost\"()")
                .function("Innermost", "SET work_mem = '1MB'");
        assertThat(of("outer_one", catalog.build())).contains(PinReason.OPAQUE_CODE);

        catalog = TestCatalog.postgres()
                .function("outer_one", "SELECT inner_one() + outer_one()")
                .function("inner_one", "SELECT 1");
        assertThat(of("outer_one", catalog.build())).isEmpty();
    }

    @Test
    void proceduresAreLookedIntoToo() {
        DatabaseCatalog catalog = TestCatalog.postgres()
                .function("quiet", "BEGIN INSERT INTO t VALUES (1); END")
                .function("loud", "BEGIN SET work_mem = '1MB'; END")
                .build();
        assertThat(called("CALL public.quiet(now(), 'x')", catalog)).containsExactly(PinReason.SEQUENCE_VALUE);
        assertThat(called("CALL loud()", catalog)).contains(PinReason.OPAQUE_CODE);
        assertThat(called("CALL quiet(loud())", catalog)).contains(PinReason.OPAQUE_CODE);
        assertThat(called("CALL quiet(set_config('a.b', 'c', false))", catalog)).contains(PinReason.SETTING);
        assertThat(called("DO $$ BEGIN CALL quiet(); CALL loud(); END $$", catalog))
                .contains(PinReason.OPAQUE_CODE);
    }

    private static Set<PinReason> called(String sql, DatabaseCatalog catalog) {
        return new Classifier(() -> catalog).classify(sql, List.of("public")).pins();
    }

    @Test
    void oneOverloadIsEnough() {
        TestCatalog catalog = TestCatalog.postgres().function("f", "SELECT 1").function("f", "SET work_mem = '1MB'");
        assertThat(of("f", catalog.build())).contains(PinReason.OPAQUE_CODE);
    }

    @Test
    void operatorsThatRunVolatileCodeAreOpaque() {
        TestCatalog catalog = TestCatalog.postgres().function("f", "SELECT 1").volatileOperators("+");
        assertThat(of("f", catalog.build())).contains(PinReason.OPAQUE_CODE);
    }

    private static Set<PinReason> pins(String source) {
        return of("f", TestCatalog.postgres().function("f", source).build());
    }

    private static Set<PinReason> of(String name, DatabaseCatalog catalog) {
        return Residue.of(catalog.functions(name), catalog);
    }
}
