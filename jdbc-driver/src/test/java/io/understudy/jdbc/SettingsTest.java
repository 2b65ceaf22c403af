package io.understudy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.jdbc.Settings.Preference;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @Test
    void defaultsAreWhatThePropertiesDocument() throws SQLException {
        assertThat(Settings.of(new Properties()))
                .isEqualTo(new Settings(
                        Causality.WRITES,
                        "",
                        true,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        Preference.ANY,
                        Duration.ofSeconds(10),
                        false));
    }

    @Test
    void everyOneCanBeSet() throws SQLException {
        assertThat(Settings.of(properties(
                        "understudy.causality=reads",
                        "understudy.consistency=bounded=2s",
                        "understudy.topology=off",
                        "understudy.topologySeconds=60",
                        "understudy.nodeTimeoutMs=100",
                        "understudy.avoidMs=0",
                        "understudy.prefer=master",
                        "understudy.failoverSeconds=60",
                        "understudy.plainServers=allow")))
                .isEqualTo(new Settings(
                        Causality.READS,
                        "bounded=2s",
                        false,
                        Duration.ofSeconds(60),
                        Duration.ofMillis(100),
                        Duration.ZERO,
                        Preference.MASTER,
                        Duration.ofSeconds(60),
                        true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "understudy.causality=strict      | must be one of writes, reads, connection",
                "understudy.consistency=weak      | session, strong, bounded=500ms or eventual",
                "understudy.nodeTimeoutMs=99      | must be a whole number from 100 to 600000",
                "understudy.nodeTimeoutMs=5s      | must be a whole number from 100 to 600000",
                "understudy.avoidMs=-1            | must be a whole number from 0 to 600000",
                "understudy.prefer=primary        | must be one of any, master, replica",
                "understudy.topologyy=on          | There is no property understudy.topologyy. Known: understudy.causality",
            })
    void aWrongOneIsRefused(String property, String why) {
        assertThatThrownBy(() -> Settings.of(properties(property)))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"))
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({"primary,MASTER", "preferPrimary,MASTER", "secondary,REPLICA", "preferSecondary,REPLICA", "any,ANY"})
    void whatPgjdbcCallsTargetServerTypeIsUnderstood(String type, Preference prefer) throws SQLException {
        assertThat(Settings.of(properties("targetServerType=" + type)).prefer()).isEqualTo(prefer);
        assertThat(Settings.of(properties("targetServerType=" + type, "understudy.prefer=any"))
                        .prefer())
                .isEqualTo(Preference.ANY);
    }

    private static Properties properties(String... assignments) {
        Properties p = new Properties();
        for (String a : assignments) {
            p.setProperty(a.substring(0, a.indexOf('=')), a.substring(a.indexOf('=') + 1));
        }
        return p;
    }
}
