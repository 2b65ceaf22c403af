package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    private final Outcomes outcomes = new Outcomes();

    @Test
    void acknowledgedMustBeThereAndRolledBackMustNot() {
        outcomes.committed(1, 1);
        outcomes.committed(1, 2);
        outcomes.rolledBack(2, 1);
        outcomes.rolledBack(2, 2);

        assertThat(outcomes.findings(Set.of("1/1", "1/2"))).isEmpty();
        assertThat(outcomes.findings(Set.of("1/1", "2/2", "9/9")))
                .containsExactly(
                        "lost, though acknowledged: transaction 1/2", "there, though rolled back: transaction 2/2");
    }

    @Test
    void onlyErrorsThatASoundDatabaseGivesAreExpected() {
        for (String state : new String[] {"23505", "40001", "40P01", "42P01", "0A000", "P0001", "55P03"}) {
            outcomes.failed(DeedDeck.TRANSACTION, new SQLException("x", state));
        }
        outcomes.failed(DeedDeck.TRANSACTION, new SQLException("ERROR: tuple concurrently updated", "XX000"));
        assertThat(outcomes.findings(Set.of())).isEmpty();
        for (String state : new String[] {"XX000", "08006", "57P01", "58030", "53300", null}) {
            outcomes.failed(DeedDeck.TRANSACTION, new SQLException("x", state));
        }
        outcomes.failed(DeedDeck.TRANSACTION, new SQLException("a change after the transaction was sealed", "55000"));
        assertThat(outcomes.findings(Set.of())).hasSize(7);
    }
}
