package io.understudy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnderstudyUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:understudy://h1:1,h2:2,h3:3/db            | jdbc:understudy://h1:1,h2:2,h3:3/db",
                "jdbc:understudy://h1,h2:2/db                   | jdbc:understudy://h1:6432,h2:2/db",
                "jdbc:understudy://h1,h1:6432/db                | jdbc:understudy://h1:6432/db",
                "jdbc:understudy://[::1]:7,[fe80::2]/db         | jdbc:understudy://[::1]:7,[fe80::2]:6432/db",
                "jdbc:understudy:///db                          | jdbc:understudy://localhost:6432/db",
                "jdbc:understudy:db                             | jdbc:understudy://localhost:6432/db",
                "jdbc:understudy://h                            | jdbc:understudy://h:6432/",
                "jdbc:understudy://h/                           | jdbc:understudy://h:6432/",
                "jdbc:understudy://h/?user=x                    | jdbc:understudy://h:6432/",
                "jdbc:understudy://h?user=x                     | jdbc:understudy://h:6432/",
                "jdbc:understudy://h/a%2Fb%20c+d?user=x         | jdbc:understudy://h:6432/a%2Fb c+d",
            })
    void saysWhereToConnect(String url, String read) throws SQLException {
        assertThat(UnderstudyUrl.parse(url, null)).hasToString(read);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:postgresql://h/db                 | does not begin with jdbc:understudy:",
                "jdbc:understudy://h:/db                | a port is missing",
                "jdbc:understudy://h:x/db               | port \"x\" is no number",
                "jdbc:understudy://h:0/db               | port 0 is not between 1 and 65535",
                "jdbc:understudy://h:65536/db           | port 65536 is not between 1 and 65535",
                "jdbc:understudy://h1,,h2/db            | a host name is empty",
                "jdbc:understudy://:6432/db             | a host name is empty",
                "jdbc:understudy://::1/db               | write an IPv6 address in brackets",
                "jdbc:understudy://[::1/db              | is not closed",
                "jdbc:understudy://[::1]6432/db         | is no port",
                "jdbc:understudy://h/a/b                | has a slash in it",
            })
    void saysWhatIsWrong(String url, String why) {
        assertThatThrownBy(() -> UnderstudyUrl.parse(url, null))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"))
                .hasMessageContaining(why);
    }

    @Test
    void itsPropertiesWinOverThoseBesideItAndAreDecoded() throws SQLException {
        Properties defaults = new Properties();
        defaults.setProperty("ssl", "true");
        Properties beside = new Properties(defaults);
        beside.setProperty("user", "beside");
        beside.setProperty("password", "p");

        UnderstudyUrl url =
                UnderstudyUrl.parse("jdbc:understudy://h/db?user=in%26url&options=-c%20a=b+c&&readOnly", beside);

        assertThat(url.properties())
                .containsOnly(
                        java.util.Map.entry("ssl", "true"),
                        java.util.Map.entry("user", "in&url"),
                        java.util.Map.entry("password", "p"),
                        java.util.Map.entry("options", "-c a=b+c"),
                        java.util.Map.entry("readOnly", ""));
        assertThat(beside.getProperty("user")).isEqualTo("beside");
    }

    @Test
    void aPasswordIsNeverShown() {
        assertThatThrownBy(() -> UnderstudyUrl.parse("jdbc:understudy://h:x/db?password=secret", null))
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> UnderstudyUrl.parse("jdbc:mysql://h/db?password=secret", null))
                .hasMessageNotContaining("secret");
    }
}
