package io.understudy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionTokenTest {
    @Test
    void isReadAsItIsWritten() {
        TransactionToken t = new TransactionToken(12, 345, new UUID(-1, 2));
        assertThat(TransactionToken.parse(t.toString())).isEqualTo(t);
        assertThat(TransactionToken.parse("  " + t + "\n")).isEqualTo(t);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3",
                "-1.2.00000000-0000-0000-0000-000000000001",
                "1.2.00000000-0000-0000-0000-00000000000g",
                "1.2.00000000-0000-0000-0000-0000000000001",
                "99999999999999999999.2.00000000-0000-0000-0000-000000000001",
                "1.2.00000000-0000-0000-0000-000000000001; DROP TABLE t"
            })
    void isNothingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TransactionToken.parse(text));
    }
}
