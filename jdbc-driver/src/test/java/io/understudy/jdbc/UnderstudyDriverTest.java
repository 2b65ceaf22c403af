package io.understudy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class UnderstudyDriverTest {
    @Test
    void itIsFoundAsAService() {
        assertThat(ServiceLoader.load(Driver.class)).anyMatch(UnderstudyDriver.class::isInstance);
    }

    @Test
    void onlyItsOwnUrlsAreAccepted() throws SQLException {
        assertThat(DriverManager.getDriver("jdbc:understudy://h/db")).isInstanceOf(UnderstudyDriver.class);
        assertThat(DriverManager.getDriver("jdbc:postgresql://h/db")).isNotInstanceOf(UnderstudyDriver.class);
        UnderstudyDriver driver = new UnderstudyDriver();
        assertThat(driver.acceptsURL("jdbc:postgresql://h/db")).isFalse();
        assertThat(driver.acceptsURL(null)).isFalse();
        assertThat(driver.connect("jdbc:postgresql://h/db", new Properties())).isNull();
    }

    @Test
    void everyPropertyIsDescribed() throws SQLException {
        DriverPropertyInfo[] infos = new UnderstudyDriver()
                .getPropertyInfo("jdbc:understudy://h/db?understudy.causality=reads&ApplicationName=x", null);
        assertThat(infos).allSatisfy(i -> assertThat(i.description).isNotBlank());
        assertThat(Arrays.stream(infos).map(i -> i.name))
                .contains("understudy.causality", "understudy.nodeTimeoutMs", "user", "ssl", "prepareThreshold")
                .doesNotHaveDuplicates();
        assertThat(infos).anySatisfy(i -> {
            assertThat(i.name).isEqualTo("understudy.causality");
            assertThat(i.value).isEqualTo("reads");
            assertThat(i.choices).containsExactly("writes", "reads", "connection");
        });
        assertThat(infos).anySatisfy(i -> {
            assertThat(i.name).isEqualTo("ApplicationName");
            assertThat(i.value).isEqualTo("x");
        });
    }

    @Test
    void whenNoNodeAnswersEachOneIsNamed() throws IOException {
        int first;
        int second;
        try (ServerSocket a = new ServerSocket(0);
                ServerSocket b = new ServerSocket(0)) {
            first = a.getLocalPort();
            second = b.getLocalPort();
        }
        String url = "jdbc:understudy://127.0.0.1:" + first + ",127.0.0.1:" + second + "/db";
        assertThatThrownBy(() -> DriverManager.getConnection(url, "u", "p"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"))
                .hasMessageContaining("127.0.0.1:" + first + ": ")
                .hasMessageContaining("127.0.0.1:" + second + ": ");
    }

    @Test
    void aNodeThatAcceptsAndSaysNothingTakesABoundedTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            String url = "jdbc:understudy://127.0.0.1:" + silent.getLocalPort() + "/db?understudy.nodeTimeoutMs=200";
            long begun = System.nanoTime();
            assertThatThrownBy(() -> DriverManager.getConnection(url, "u", "p")).isInstanceOf(SQLException.class);
            assertThat((System.nanoTime() - begun) / 1_000_000).isBetween(150L, 5000L);
        }
    }
}
