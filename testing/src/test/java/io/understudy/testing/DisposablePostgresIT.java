package io.understudy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.testing.DisposablePostgres.Logins;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever is chosen, the server is that, and behaves as tests rely on. */
class DisposablePostgresIT {

    @Test
    void itIsWhatWasChosenAndSurvivesACrash() throws Exception {
        try (DisposablePostgres pg = DisposablePostgres.start(Map.of("max_connections", "33"), Logins.SCRAM)) {
            if (Source.chosen() instanceof Source.Embedded embedded
                    && embedded.major().isPresent()) {
                int version = Integer.parseInt(query(pg, pg.password(), "show server_version_num"));
                assertThat(version / 10_000).isEqualTo(embedded.major().getAsInt());
            }
            assertThat(query(pg, pg.password(), "show max_connections")).isEqualTo("33");
            assertThat(query(pg, pg.password(), "show fsync")).isEqualTo("on");
            assertThat(query(pg, pg.password(), "show full_page_writes")).isEqualTo("on");
            assertThatThrownBy(() -> query(pg, "wrong", "select 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));

            execute(pg, "create table kept as select 42 as answer");
            pg.kill();
            assertThatThrownBy(() -> query(pg, pg.password(), "select 1")).isInstanceOf(SQLException.class);
            pg.restart();
            assertThat(query(pg, pg.password(), "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void withTrustAnybodyIsLetIn() throws Exception {
        try (DisposablePostgres pg = DisposablePostgres.start(Map.of("log_min_messages", "fatal"), Logins.TRUST)) {
            assertThat(query(pg, "wrong", "select current_user")).isEqualTo("postgres");
            pg.restart();
            assertThat(query(pg, "wrong", "select current_user")).isEqualTo("postgres");
        }
    }

    private static String query(DisposablePostgres pg, String password, String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(pg.jdbcUrl(), pg.user(), password);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    private static void execute(DisposablePostgres pg, String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(pg.jdbcUrl(), pg.user(), pg.password());
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }
}
