package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnfilledViewTest {

    private static String unfilled(String sql) {
        return UnfilledView.of(sql, true).orElse("");
    }

    @Test
    void itsQueryIsNotRun() {
        assertThat(unfilled("create materialized view if not exists a.v as select 1 as \"with data\" -- end"))
                .isEqualTo("create materialized view if not exists a.v as select 1 as \"with data\" WITH NO DATA");
        assertThat(unfilled("CREATE MATERIALIZED VIEW v (x) USING heap AS VALUES (1) WITH DATA;"))
                .isEqualTo("CREATE MATERIALIZED VIEW v (x) USING heap AS VALUES (1) WITH NO DATA");
        assertThat(unfilled("refresh materialized view concurrently v"))
                .isEqualTo("refresh materialized view  v WITH NO DATA");
        assertThat(unfilled("refresh materialized view \"concurrently\" with data"))
                .isEqualTo("refresh materialized view \"concurrently\" WITH NO DATA");
    }

    @Test
    void whatDoesNotRunItOrIsAnotherStatementStays() {
        for (String sql : new String[] {
            "create materialized view v as select 1 with no data;",
            "refresh materialized view v with no data",
            "alter materialized view v rename to w",
            "create view v as select 1",
            "drop materialized view v",
            "refresh",
            ""
        }) {
            assertThat(unfilled(sql)).as(sql).isEmpty();
        }
    }
}
