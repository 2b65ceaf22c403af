package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.understudy.classification.GrantedObjects.Named;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrantedObjectsTest {

    private static List<Named> of(String sql) {
        return GrantedObjects.of(sql, true);
    }

    @Test
    void whatIsNamed() {
        assertThat(of("grant select (x), update (y) on table a, \"B\".c to d with grant option"))
                .extracting(Named::name)
                .containsExactly("a", "\"B\".c");
        assertThat(of("revoke all on pg_temp.a from d")).singleElement().matches(n -> n.temporary() && n.relation());
        assertThat(of("GRANT EXECUTE ON FUNCTION f(int, text), pg_temp.g() TO d"))
                .extracting(Named::name, Named::relation, Named::temporary)
                .containsExactly(tuple("f(int, text)", false, false), tuple("pg_temp.g()", false, true));
    }

    @Test
    void otherRightsNameNothingOfTheKind() {
        for (String sql : List.of(
                "grant a to b",
                "grant select on all tables in schema s to b",
                "grant usage on foreign server s to b",
                "grant connect on database d to b",
                "grant set on parameter work_mem to b",
                "comment on table a is 'x'")) {
            assertThat(of(sql)).as(sql).isEmpty();
        }
    }

    @Test
    void theRestIsLeft() {
        String sql = "grant select on a, b, c to d";
        List<Named> all = of(sql);
        assertThat(GrantedObjects.without(List.of(all.get(1)), all, sql)).isEqualTo("grant select on a, c to d");
    }
}
