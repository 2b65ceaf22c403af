package io.understudy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {
    private static final Address A = new Address("a", 1);
    private static final Address B = new Address("b", 1);

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08006", "57P03", "53300", "XX000", "", "28P01"})
    void anotherNodeMayDoBetter(String state) {
        assertThat(Refusal.isFinal(List.of(refusal(A, state)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3D000", "42501", "22023", "0A000"})
    void noOtherNodeWouldDoBetter(String state) {
        assertThat(Refusal.isFinal(List.of(refusal(A, state)))).isTrue();
    }

    @Test
    void aPasswordIsWrongWhenTwoNodesSayIt() {
        assertThat(Refusal.isFinal(List.of(refusal(A, "28P01"), refusal(B, "08001"))))
                .isFalse();
        assertThat(Refusal.isFinal(List.of(refusal(A, "28P01"), refusal(B, "28P01"))))
                .isTrue();
    }

    @Test
    void whatEachNodeSaidIsTold() throws SQLException {
        UnderstudyUrl url = UnderstudyUrl.parse("jdbc:understudy://a:1,b:1/db?password=secret", null);
        SQLException e = Refusal.byAll(url, List.of(refusal(A, "08001"), refusal(B, "57P03")));
        assertThat(e.getSQLState()).isEqualTo("08001");
        assertThat((Throwable) e)
                .hasMessageContaining("jdbc:understudy://a:1,b:1/db")
                .hasMessageContaining("a:1: says 08001; b:1: says 57P03")
                .hasMessageNotContaining("secret");
        assertThat(e.getSuppressed()).hasSize(2);
    }

    @Test
    void aWrongPasswordIsToldAsSuchAlsoIfOtherNodesAreDown() throws SQLException {
        UnderstudyUrl url = UnderstudyUrl.parse("jdbc:understudy://a:1,b:1/db", null);
        assertThat(Refusal.byAll(url, List.of(refusal(A, "28P01"), refusal(B, "08001")))
                        .getSQLState())
                .isEqualTo("28P01");
    }

    private static Refusal refusal(Address address, String state) {
        return new Refusal(address, new SQLException("says " + state, state));
    }
}
