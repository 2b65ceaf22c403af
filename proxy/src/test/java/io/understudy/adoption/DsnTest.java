package io.understudy.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DsnTest {
    @Test
    void allParts() {
        assertThat(Dsn.parse("postgresql://an%40n:p%3Aw+d@h:5433/shop?sslmode=require", "other"))
                .isEqualTo(new Dsn("h:5433/shop", "jdbc:postgresql://h:5433/shop?sslmode=require", "an@n", "p:w+d"));
    }

    @Test
    void whatIsNotSaidIsUsual() {
        assertThat(Dsn.parse("postgres://ann@h", "from outside"))
                .isEqualTo(new Dsn("h:5432/ann", "jdbc:postgresql://h:5432/ann", "ann", "from outside"));
        assertThat(Dsn.parse("postgresql://[::1]/", "").url()).isEqualTo("jdbc:postgresql://[::1]:5432/postgres");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop", "jdbc:postgresql://h/shop", "mysql://h/shop", "postgresql://u:se cret@h/x"})
    void whatIsNoAddressIsRefusedWithoutSayingThePassword(String text) {
        assertThatThrownBy(() -> Dsn.parse(text, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("postgresql://USER@HOST:PORT/DATABASE")
                .hasMessageNotContaining("cret");
    }

    @Test
    void thePasswordIsNotShown() {
        assertThat(Dsn.parse("postgresql://u:secret@h/x", "")).asString().doesNotContain("secret");
    }
}
