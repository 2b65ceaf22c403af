package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartitionBoundTest {

    private static String replaced(String sql) {
        return PartitionBound.computed(sql, true)
                .map(b -> b.partition() + ": " + b.replacedBy("<>", sql))
                .orElse("");
    }

    @Test
    void whatIsComputedIsReplaced() {
        assertThat(
                        replaced(
                                "create table if not exists a.\"P\" partition of q for values from (now()) to (maxvalue) with (fillfactor = 70)"))
                .isEqualTo("a.\"P\": create table if not exists a.\"P\" partition of q <> with (fillfactor = 70)");
        assertThat(replaced("CREATE FOREIGN TABLE p PARTITION OF q (x NOT NULL) FOR VALUES IN ('today') SERVER s"))
                .isEqualTo("p: CREATE FOREIGN TABLE p PARTITION OF q (x NOT NULL) <> SERVER s");
        assertThat(replaced("alter table only q attach partition b.p for values from (minvalue) to (current_date);"))
                .isEqualTo("b.p: alter table only q attach partition b.p <>;");
    }

    @Test
    void whatMeansTheSameEverywhereStays() {
        for (String sql : new String[] {
            "create table p partition of q for values from (1, minvalue) to (10, maxvalue)",
            "create table p partition of q for values with (modulus 4, remainder 1)",
            "create table p partition of q for values in (1, null, true)",
            "create table p partition of q default",
            "alter table q detach partition p",
            "alter index q attach partition p",
            "create table p (at timestamptz default now())"
        }) {
            assertThat(replaced(sql)).as(sql).isEmpty();
        }
    }
}
