package io.understudy.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class PasswordVerifierTest {

    @Test
    void isWhatTheRfcComputes() {
        // RFC 7677, section 3: password "pencil"; its proof and signature fit these keys
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
        ScramVerifier v = PasswordVerifier.of("pencil", 4096, salt);
        assertThat(v.text())
                .isEqualTo("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
                        + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                        + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
        assertThat(ScramVerifier.parse(v.text())).isPresent();
    }

    @Test
    void saltsDiffer() {
        assertThat(PasswordVerifier.of("x"))
                .isNotEqualTo(PasswordVerifier.of("x"))
                .matches(PasswordVerifier::isVerifier);
        assertThatThrownBy(() -> PasswordVerifier.of("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsAVerifierFromAPassword() {
        assertThat(PasswordVerifier.isVerifier("md5" + "a".repeat(32))).isTrue();
        for (String no : new String[] {
            "tiger",
            "md5abc",
            "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA",
            "SCRAM-SHA-256$x:" + "A".repeat(4) + "$" + "A".repeat(43) + "=:" + "A".repeat(43) + "=",
            "SCRAM-SHA-512$4096:AAAA$" + "A".repeat(43) + "=:" + "A".repeat(43) + "="
        }) {
            assertThat(PasswordVerifier.isVerifier(no)).as(no).isFalse();
        }
        assertThat(PasswordVerifier.isVerifier("SCRAM-SHA-256$1:AAAA$" + "A".repeat(43) + "=:" + "A".repeat(43) + "="))
                .isTrue();
    }
}
