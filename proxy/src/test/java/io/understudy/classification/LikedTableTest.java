package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LikedTableTest {
    @Test
    void isFoundAmongColumns() {
        String sql =
                "CREATE TABLE IF NOT EXISTS a.b (x numeric(3, 2), LIKE pg_temp.\"T\" INCLUDING ALL EXCLUDING INDEXES, like u) WITH (fillfactor = 70)";
        List<LikedTable> found = LikedTable.of(sql, true);
        assertThat(found).extracting(LikedTable::name).containsExactly("pg_temp.\"T\"", "u");
        assertThat(found).extracting(LikedTable::including).containsExactly(true, false);
        assertThat(sql.substring(found.getFirst().start(), found.getFirst().end()))
                .isEqualTo("LIKE pg_temp.\"T\" INCLUDING ALL EXCLUDING INDEXES");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "CREATE",
                "CREATE TABLE",
                "CREATE TABLE t",
                "CREATE TABLE t (",
                "CREATE TABLE t (LIKE",
                "CREATE TABLE t (LIKE u INCLUDING",
                "CREATE VIEW v AS SELECT 1",
                "CREATE TABLE t (a text CHECK (a LIKE 'x'), b text DEFAULT ('like'))",
                "CREATE TABLE t AS SELECT 1 WHERE 'a' LIKE 'b'"
            })
    void whateverElseItIs(String sql) {
        assertThat(LikedTable.of(sql, true)).allSatisfy(l -> assertThat(l.end()).isLessThanOrEqualTo(sql.length()));
    }
}
