package io.understudy.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionSettingsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "search_path | a,b | SET \"search_path\" TO 'a', 'b';",
                "search_path | ` Public , \"$user\",\"Odd, \"\"one\"\"\"` | SET \"search_path\" TO 'public', '$user', 'Odd, \"one\"';",
                "search_path | it's | SET \"search_path\" TO 'it''s';",
                "search_path | `` | SET \"search_path\" TO '';",
                "search_path | a,,b | SET \"search_path\" TO 'a,,b';",
                "search_path | `a,` | SET \"search_path\" TO 'a,';",
                "search_path | `\"open` | SET \"search_path\" TO '\"open';",
                "datestyle | `ISO, DMY` | SET \"datestyle\" TO 'ISO, DMY';",
                "my.path | a,b | SET \"my\".\"path\" TO 'a,b';"
            })
    void aValueOfTheStartupPacketIsSetAsItWasMeant(String name, String value, String statement) {
        SessionSettings settings = new SessionSettings();
        settings.connectedWith(name, value);
        assertThat(settings.fingerprint()).isEqualTo(statement);
    }
}
