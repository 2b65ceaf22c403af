package io.understudy.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresIT {

    @Test
    void isDurableAndSurvivesKillAndRestart() throws Exception {
        try (EmbeddedPostgres pg = EmbeddedPostgres.start()) {
            try (Connection c = connect(pg)) {
                assertThat(show(c, "fsync")).isEqualTo("on");
                assertThat(show(c, "full_page_writes")).isEqualTo("on");
                assertThat(show(c, "synchronous_commit")).isEqualTo("on");
                assertThat(show(c, "server_encoding")).isEqualTo("UTF8");
                c.createStatement().execute("create table t as select 7 as x");
            }
            pg.kill();
            assertThat(pg.server().running()).isFalse();
            assertThatThrownBy(() -> connect(pg)).isInstanceOf(SQLException.class);
            pg.restart();
            try (Connection c = connect(pg)) {
                assertThat(one(c, "select x from t")).isEqualTo("7");
            }
            pg.stop();
            pg.stop();
            assertThat(pg.server().pid()).isEmpty();
            pg.restart();
            try (Connection c = connect(pg)) {
                assertThat(one(c, "select x from t")).isEqualTo("7");
            }
        }
    }

    @Test
    void closeLeavesNothing() throws Exception {
        Path directory;
        long pid;
        try (EmbeddedPostgres pg = EmbeddedPostgres.start()) {
            directory = pg.server().directory().getParent();
            pid = pg.server().pid().orElseThrow();
            assertThat(ProcessHandle.of(pid)).isPresent();
        }
        assertThat(directory).doesNotExist();
        await().untilAsserted(() ->
                assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty());
    }

    @Test
    void twoServersHaveDifferentPasswordsAndTheirOwnSettings() throws Exception {
        try (EmbeddedPostgres a = EmbeddedPostgres.start(Map.of("work_mem", "5MB"));
                EmbeddedPostgres b = EmbeddedPostgres.start()) {
            try (Connection c = connect(a)) {
                assertThat(show(c, "work_mem")).isEqualTo("5MB");
            }
            assertThatThrownBy(() -> DriverManager.getConnection(b.jdbcUrl(), b.user(), a.password()))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void aPortInUseIsSaidWithTheServersOwnWords() throws Exception {
        Path directory = Files.createTempDirectory("understudy-port-");
        Files.setPosixFilePermissions(directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PostgresServer server =
                    PostgresServer.create(directory.resolve("pgdata"), directory.resolve("log"), "it's");
            assertThatThrownBy(() -> server.start(taken.getLocalPort(), Map.of()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Address already in use");
            int free = FreePorts.one();
            server.start(free, Map.of());
            try (Connection c = DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + free + "/postgres", "postgres", "it's")) {
                assertThat(one(c, "select 1")).isEqualTo("1");
            } finally {
                server.stop();
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private static Connection connect(EmbeddedPostgres pg) throws SQLException {
        return DriverManager.getConnection(pg.jdbcUrl(), pg.user(), pg.password());
    }

    private static String show(Connection c, String setting) throws SQLException {
        return one(c, "show " + setting);
    }

    private static String one(Connection c, String sql) throws SQLException {
        try (var statement = c.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
