package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.classification.OutsideTransaction.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutsideTransactionTest {
    private static Optional<OutsideTransaction> of(String sql) {
        return OutsideTransaction.of(Classifier.split(sql).getFirst());
    }

    @Test
    void indexesAndPartitions() {
        for (String sql : new String[] {
            "create index concurrently on t (x)", "CREATE UNIQUE INDEX /* now */ CONCURRENTLY IF NOT EXISTS i ON t (x)"
        }) {
            assertThat(of(sql)).hasValue(new OutsideTransaction(Kind.CREATE, "", ""));
        }
        assertThat(of("drop index concurrently if exists \"S\".\"a i\" cascade"))
                .hasValue(new OutsideTransaction(Kind.DROP, "\"S\".\"a i\"", ""));
        assertThat(of("alter table if exists only s.t detach partition p concurrently"))
                .hasValue(new OutsideTransaction(Kind.DETACH, "p", "s.t"));
        for (String sql : new String[] {"reindex (verbose) schema concurrently s", "REINDEX (concurrently) TABLE t"}) {
            assertThat(of(sql)).hasValue(new OutsideTransaction(Kind.REINDEX, "", ""));
        }
        for (String sql :
                new String[] {"reindex index concurrently s.i", "REINDEX (verbose, concurrently) INDEX s.i"}) {
            assertThat(of(sql)).hasValue(new OutsideTransaction(Kind.REINDEX, "s.i", ""));
        }
    }

    @Test
    void whatRunsInATransaction() {
        for (String sql : new String[] {
            "create index concurrently_not on t (x)",
            "create index i on concurrently (x)",
            "drop index i",
            "reindex table t",
            "alter table t detach partition p",
            "alter table t detach partition p finalize",
            "refresh materialized view concurrently m",
            "create subscription s connection '' publication p"
        }) {
            assertThat(of(sql)).as(sql).isEmpty();
        }
    }
}
