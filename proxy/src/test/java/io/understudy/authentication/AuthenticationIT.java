package io.understudy.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.understudy.backend.Backend;
import io.understudy.backend.BackendUnavailable;
import io.understudy.backend.Credentials.ScramKeys;
import io.understudy.backend.Login;
import io.understudy.backend.PoolLimits;
import io.understudy.backend.Servers;
import io.understudy.backend.TestPostgres;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.util.PSQLException;

/** Real clients through the classes of this package to a real server, and what the server itself would say to the same bytes. */
@Timeout(120)
class AuthenticationIT {
    private static final int V3 = 3 << 16;
    private static @Nullable TestPostgres postgres;
    private static @Nullable TestProxy proxy;

    private static TestPostgres pg() {
        return Objects.requireNonNull(postgres);
    }

    private static TestProxy proxy() {
        return Objects.requireNonNull(proxy);
    }

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        pg().execute("create role app login password 'tiger'");
        pg().execute("create role nologin password 'tiger'");
        proxy = new TestProxy(pg().address(), AuthenticationIT::verifier, Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    private static Optional<String> verifier(String role) throws IOException {
        try (Connection c = pg().connect();
                var s = c.prepareStatement("select rolpassword from pg_authid where rolname = ?")) {
            s.setString(1, role);
            try (var r = s.executeQuery()) {
                return r.next() ? Optional.ofNullable(r.getString(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static Connection jdbc(String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy().port() + "/postgres", user, password);
    }

    @Test
    void pgjdbcIsTheSameRoleAtTheServer() throws Exception {
        try (Connection c = jdbc("app", "tiger");
                var s = c.createStatement();
                var r = s.executeQuery("select current_user, session_user, current_setting('is_superuser')")) {
            assertThat(r.next()).isTrue();
            assertThat(r.getString(1) + r.getString(2) + r.getString(3)).isEqualTo("appappoff");
        }
        assertThat(catchThrowableOfType(PSQLException.class, () -> jdbc("app", "lion"))
                        .getSQLState())
                .isEqualTo("28P01");
        assertThat(catchThrowableOfType(PSQLException.class, () -> jdbc("nologin", "tiger"))
                        .getServerErrorMessage())
                .satisfies(e -> assertThat(e.getMessage()).isEqualTo("role \"nologin\" is not permitted to log in"));
    }

    @Test
    void psqlLogsInWithEveryEncryptionMode() throws Exception {
        for (String mode : List.of("disable", "prefer")) {
            assertThat(psql("tiger", "sslmode=" + mode + " gssencmode=" + mode)).isEqualTo("app|psql\n");
        }
        assertThat(psql("lion", "sslmode=disable")).contains("FATAL:  password authentication failed for user \"app\"");
        assertThat(psql("tiger", "sslmode=require")).contains("server does not support SSL, but SSL was required");
        assertThat(psql("tiger", "sslmode=disable channel_binding=require")).contains("channel binding");
    }

    private static String psql(String password, String options) throws Exception {
        ProcessBuilder b = new ProcessBuilder(
                "/usr/lib/postgresql/15/bin/psql",
                "-XAt",
                "host=127.0.0.1 port=" + proxy().port() + " user=app dbname=postgres " + options,
                "-c",
                "select current_user, current_setting('application_name')");
        b.environment().put("PGPASSWORD", password);
        Process p = b.redirectErrorStream(true).start();
        try {
            return new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            p.destroyForcibly();
        }
    }

    @Test
    void onlyTheRightKeysLogIn() throws Exception {
        try (Servers servers = new Servers(PoolLimits.of(2))) {
            ScramVerifier v = ScramVerifier.parse(verifier("app").orElseThrow()).orElseThrow();
            jdbc("app", "tiger").close();
            ScramKeys keys = ((LoginOutcome.Authenticated) proxy().logins.stream()
                            .filter(LoginOutcome.Authenticated.class::isInstance)
                            .findFirst()
                            .orElseThrow())
                    .keys();
            assertThat(keys.serverKey()).isEqualTo(v.serverKey());
            Backend b = servers.connect(pg().address(), new Login("app", "postgres", keys), Map.of());
            assertThat(b.query("select current_user").get(0)).containsExactly("app");
            b.release();
            ScramKeys wrongClient = new ScramKeys(new byte[32], keys.serverKey());
            BackendUnavailable refused = catchThrowableOfType(
                    BackendUnavailable.class,
                    () -> servers.connect(pg().address(), new Login("app", "postgres", wrongClient), Map.of()));
            assertThat(refused.sqlState()).isEqualTo("28P01");
            assertThatThrownBy(() -> servers.connect(pg().address(), new Login("postgres", "postgres", keys), Map.of()))
                    .hasMessageStartingWith("28P01");
            ScramKeys wrongServer = new ScramKeys(keys.clientKey(), new byte[32]);
            assertThatThrownBy(
                            () -> servers.connect(pg().address(), new Login("app", "postgres", wrongServer), Map.of()))
                    .as("a server that does not know the role's keys is not trusted")
                    .isInstanceOf(BackendUnavailable.class)
                    .hasMessageContaining("SCRAM");
        }
    }

    @Test
    void verifiersMadeHereAreGoodForTheServer() throws Exception {
        int i = 0;
        // ligature and soft hyphen are prepared away, U+0378 is unassigned and leaves the password as it is
        for (String password : List.of("simple", "ünï💥cödé", "ﬁve\u00ad", "a\u0378b", " ", "IX Ⅸ", "\u00ad")) {
            String role = "made" + i++;
            pg().execute("create role " + role + " login password '" + PasswordVerifier.of(password) + "'");
            pg().execute("create role plain" + role + " login password '" + password + "'");
            for (String r : List.of(role, "plain" + role)) {
                String out = psqlDirect(r, password);
                assertThat(out).as("%s with <%s>", r, password).isEqualTo(r + "\n");
            }
            ScramVerifier theirs =
                    ScramVerifier.parse(verifier("plain" + role).orElseThrow()).orElseThrow();
            assertThat(PasswordVerifier.of(password, theirs.iterations(), theirs.salt())
                            .text())
                    .as("<%s>", password)
                    .isEqualTo(theirs.text());
        }
    }

    private static String psqlDirect(String role, String password) throws Exception {
        ProcessBuilder b = new ProcessBuilder(
                "/usr/lib/postgresql/15/bin/psql",
                "-XAt",
                "host=127.0.0.1 port=" + pg().address().port() + " user=" + role + " dbname=postgres",
                "-c",
                "select current_user");
        b.environment().put("LC_ALL", "C.UTF-8");
        Path file = Files.createTempFile("understudy", "pass");
        try {
            // a file, because the environment of this Java may not be UTF-8
            Files.writeString(file, "*:*:*:*:" + password + "\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            b.environment().put("PGPASSFILE", file.toString());
            Process p = b.redirectErrorStream(true).start();
            try {
                return new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                p.destroyForcibly();
            }
        } finally {
            Files.delete(file);
        }
    }

    /** One way to misbehave. */
    @FunctionalInterface
    private interface Misbehaviour {
        void run(RawClient client) throws IOException;
    }

    @Test
    void saysWhatPostgresSays() throws Exception {
        List<Misbehaviour> ways = new ArrayList<>();
        for (String first : List.of(
                "",
                "x",
                "n",
                "n,",
                "n,,",
                "p=tls-unique,,n=,r=a",
                "n,a=app,n=,r=a",
                "n,,m=1,n=,r=a",
                "n,,n=*",
                "n,,n=*,r=",
                "n,,n=*,r=a b",
                "n,x,n=*,r=a",
                "n,,r=a,n=*",
                "é")) {
            ways.add(c -> app(c).sasl("SCRAM-SHA-256", first));
        }
        ways.add(c -> app(c).sasl("SCRAM-SHA-256-PLUS", "n,,n=*,r=a"));
        ways.add(c -> app(c).sasl("", ""));
        ways.add(c -> {
            app(c).out.begin('Q').string("select 1").end();
            c.out.flush();
        });
        ways.add(c -> app(c).response("x".repeat(20_000)));
        for (String last : List.of(
                "",
                "c=biws",
                "c=eSws,r=$,p=AAAA",
                "x=biws,r=$,p=AAAA",
                "c=biws,r=other,p=AAAA",
                "c=biws,r=$",
                "c=biws,r=$,p=AAAA",
                "c=biws,r=$,p=***",
                "c=biws,r=$,x=1,p=" + "A".repeat(43) + "=",
                "c=biws,r=$,p=" + "A".repeat(43) + "=",
                "c=biws,r=$,p=" + "A".repeat(43) + "=,x=1")) {
            ways.add(c -> {
                String first = app(c).sasl("SCRAM-SHA-256", "n,,n=*,r=abc").challenge();
                c.response(last.replace("$", first.substring(2, first.indexOf(','))));
            });
        }
        ways.add(c -> c.startup(V3, "database", "postgres"));
        ways.add(c -> c.startup(V3, "user"));
        ways.add(c -> c.startup(V3, "user", "x".repeat(11_000)));
        ways.add(c -> {
            c.out.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 0, 18);
            c.out.flush();
        });
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < ways.size(); i++) {
            String theirs = end(pg().address().port(), ways.get(i));
            String ours = end(proxy().port(), ways.get(i));
            if (!theirs.equals(ours)) {
                differences.add(i + "\n  PostgreSQL " + theirs + "\n  here       " + ours);
            }
        }
        assertThat(differences).isEmpty();
    }

    private static RawClient app(RawClient c) throws IOException {
        c.startup(V3, "user", "app", "database", "postgres").challenge();
        return c;
    }

    private static String end(int port, Misbehaviour way) throws IOException {
        try (RawClient c = new RawClient(port)) {
            c.socket.setSoTimeout(3_000);
            way.run(c);
            return c.end()
                    .map(ErrorFields::fields)
                    .map(f -> f.get('S') + " " + f.get('V') + " " + f.get('C') + " " + f.get('M') + " | " + f.get('D'))
                    .orElse("closed");
        } catch (SocketTimeoutException e) {
            return "waits";
        }
    }
}
