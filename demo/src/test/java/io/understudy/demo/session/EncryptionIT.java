package io.understudy.demo.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.understudy.backend.BackendUnavailable;
import io.understudy.backend.Credentials;
import io.understudy.backend.Login;
import io.understudy.backend.PoolLimits;
import io.understudy.backend.ServerAddress;
import io.understudy.backend.ServerEncryption;
import io.understudy.backend.Servers;
import io.understudy.config.PostgresTls;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.demo.fault.Contents;
import io.understudy.embedded.ClientPrograms;
import io.understudy.embedded.Directories;
import io.understudy.testing.TestCertificates;
import io.understudy.testing.TestCertificates.Issued;
import io.understudy.tls.ClientContext;
import io.understudy.tls.Trust;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** Encrypted connections through every node of a cluster: node1 and node2 demand them, node2 certificates too, node3 allows both. */
@Timeout(180)
class EncryptionIT {
    private static Path directory;
    private static RunningCluster cluster;
    private static Path authority;
    private static Issued node;
    private static Issued renewed;
    private static Issued client;
    private static Issued somebody;

    @BeforeAll
    static void start() throws Exception {
        directory = Files.createTempDirectory("understudy-certificates-");
        TestCertificates certificates = TestCertificates.in(directory);
        authority = certificates.authority();
        node = certificates.issue("node", "CN=node", "RSA");
        renewed = certificates.issue("renewed", "CN=renewed", "EC");
        client = certificates.issue("client", "CN=postgres", "EC");
        somebody = certificates.issue("somebody", "CN=somebody", "EC");
        cluster = RunningCluster.start(EncryptionIT::encrypt);
        demandCertificates(cluster.local().node(2));
        try (Connection c = connect(cluster.local().node(1), "");
                Statement s = c.createStatement()) {
            s.execute("create table secrets(id int primary key, t text)");
            s.execute("create role app login password 'tiger'");
        }
    }

    private static void encrypt(Path file) throws IOException {
        Path own = file.resolveSibling("tls");
        Files.createDirectory(own);
        Files.copy(node.certificate(), own.resolve("node.crt"));
        Files.copy(node.key(), own.resolve("node.key"));
        String name = file.getParent().getFileName().toString();
        String settings = "tls:\n  mode: " + (name.equals("node3") ? "allow" : "require")
                + "\n  certificate: tls/node.crt\n  key: tls/node.key\n  client-ca: " + authority
                + "\n  client-certificate: optional\n";
        String yaml = Files.readString(file).replaceFirst("(?m)^tls:\\n(  .*\\n)+", "");
        if (name.equals("node3")) {
            yaml = yaml.replaceFirst("(?m)^client:\\n", "client:\n  networks: 127.0.0.1/32\n")
                    .replace("per-user: 0", "per-user: 2");
        }
        yaml = yaml.replaceFirst(
                "(?m)^  tls:\\n    mode: off\\n", "  tls:\n    mode: verify-full\n    ca: " + authority + "\n");
        Files.copy(node.certificate(), own.resolve("admin.crt"));
        Files.copy(node.key(), own.resolve("admin.key"));
        yaml = yaml.replaceFirst(
                "(?m)^admin:\\n",
                "admin:\n  tls: {certificate: tls/admin.crt, key: tls/admin.key, ca: " + authority + "}\n");
        Files.writeString(file, yaml + settings);
        encryptServer(file.resolveSibling("pgdata"));
    }

    /** It takes no other connections any more, not from its own node either. */
    private static void encryptServer(Path data) throws IOException {
        Path key = Files.copy(node.key(), data.resolve("server.key"));
        Files.copy(node.certificate(), data.resolve("server.crt"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        for (String name : List.of("server.key", "server.crt")) {
            Files.setOwner(data.resolve(name), Files.getOwner(data));
        }
        Files.writeString(data.resolve("postgresql.conf"), "ssl = on\n", StandardOpenOption.APPEND);
        Path rules = data.resolve("pg_hba.conf");
        Files.writeString(rules, Files.readString(rules).replaceAll("(?m)^host ", "hostssl "));
    }

    @Test
    void serversSeeNothingElseThanEncryptedConnections() throws Exception {
        for (LocalNode of : cluster.local().nodes()) {
            try (Connection c = Contents.connect(cluster.local(), of);
                    Statement s = c.createStatement();
                    ResultSet r = s.executeQuery(
                            "select count(*) filter (where ssl), count(*) filter (where not ssl)"
                                    + " from pg_stat_ssl join pg_stat_activity using (pid) where backend_type = 'client backend'")) {
                r.next();
                assertThat(r.getInt(1)).isGreaterThan(1);
                assertThat(r.getInt(2)).isZero();
            }
        }
    }

    @Test
    void aServerThatIsNotWhoItMustBeIsNotTalkedTo() throws Exception {
        LocalNode of = cluster.local().node(1);
        Login login = new Login(
                "postgres", "postgres", new Credentials.Password(cluster.local().password()));
        Path stranger = TestCertificates.in(Files.createDirectory(directory.resolve("stranger")))
                .authority();
        assertThat(reached(of.host(), of, login, PostgresTls.Mode.VERIFY_FULL, authority))
                .isEmpty();
        assertThat(reached("localhost", of, login, PostgresTls.Mode.VERIFY_CA, authority))
                .isEmpty();
        assertThat(reached(of.host(), of, login, PostgresTls.Mode.REQUIRE, authority))
                .isEmpty();
        assertThat(reached(of.host(), of, login, PostgresTls.Mode.VERIFY_CA, stranger))
                .contains("08006");
        assertThat(reached(of.host(), of, login, PostgresTls.Mode.OFF, authority))
                .contains("28000");
    }

    /** Its certificate is for 127.0.0.1 and localhost. */
    @Test
    void aServersCertificateMustBeForTheHost() throws Exception {
        LocalNode of = cluster.local().node(1);
        ClientContext byHost = ClientContext.of(new PostgresTls(PostgresTls.Mode.VERIFY_FULL, Optional.of(authority)));
        ClientContext byAuthority =
                ClientContext.of(new PostgresTls(PostgresTls.Mode.VERIFY_CA, Optional.of(authority)));
        encrypted(byHost, of, "localhost");
        encrypted(byAuthority, of, "db.example");
        assertThatThrownBy(() -> encrypted(byHost, of, "db.example")).isInstanceOf(SSLException.class);
    }

    private static void encrypted(ClientContext context, LocalNode of, String name) throws IOException {
        try (Socket socket = new Socket(of.host(), of.postgresPort())) {
            new DataOutputStream(socket.getOutputStream()).writeLong(8L << 32 | 80877103);
            assertThat(socket.getInputStream().read()).isEqualTo('S');
            context.over(socket, name, of.postgresPort()).close();
        }
    }

    /** @return the SQLSTATE of why not, empty if it was */
    private static Optional<String> reached(String host, LocalNode of, Login login, PostgresTls.Mode mode, Path ca)
            throws IOException {
        try (Servers servers = new Servers(
                PoolLimits.of(2), ServerEncryption.of(new PostgresTls(mode, Optional.of(ca))), ServerEncryption.NONE)) {
            servers.connect(new ServerAddress(host, of.postgresPort()), login, Map.of())
                    .discard();
            return Optional.empty();
        } catch (BackendUnavailable e) {
            return Optional.of(e.sqlState());
        }
    }

    /** Only now: what waits for the cluster has none to show. */
    private static void demandCertificates(LocalNode of) throws IOException {
        Path file = cluster.local().directory().resolve(of.name()).resolve("node.yaml");
        Files.writeString(file, Files.readString(file).replace("optional", "verify-full"));
        of.stopProxy();
        of.startProxy();
        cluster.awaitAllServing();
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            if (cluster != null) {
                cluster.close();
            }
        } finally {
            Directories.delete(directory);
        }
    }

    /** As safe as pgjdbc can be, with a certificate where one is needed. */
    private static Connection connect(LocalNode to, String more) throws SQLException {
        String shown = to.name().equals("node2") ? shows(client) : "";
        return plain(to, "&sslmode=verify-full&channelBinding=require&sslrootcert=" + authority + shown + more);
    }

    private static String shows(Issued issued) {
        return "&sslcert=" + issued.certificate() + "&sslkey=" + issued.keyDer();
    }

    private static Connection plain(LocalNode to, String more) throws SQLException {
        Properties p = new Properties();
        p.setProperty("user", "postgres");
        p.setProperty("password", cluster.local().password());
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + to.clientPort() + "/postgres?loginTimeout=20" + more, p);
    }

    private static PSQLException refused(LocalNode to, String more) {
        return catchThrowableOfType(PSQLException.class, () -> plain(to, more).close());
    }

    @Test
    void everythingGoesThroughEveryNode() throws Exception {
        for (LocalNode to : cluster.local().nodes()) {
            for (String negotiation : List.of("postgres", "direct")) {
                int id = 10 * to.number() + negotiation.length();
                String large = (to.name() + negotiation).repeat(200_000);
                try (Connection c = connect(to, "&sslNegotiation=" + negotiation)) {
                    // what is written in a transaction is relayed to the master's proxy
                    c.setAutoCommit(false);
                    try (PreparedStatement s = c.prepareStatement("insert into secrets values (?, ?)")) {
                        s.setInt(1, id);
                        s.setString(2, large);
                        s.execute();
                    }
                    c.commit();
                    c.setAutoCommit(true);
                    try (PreparedStatement s = c.prepareStatement("select t from secrets where id = ?")) {
                        s.setInt(1, id);
                        ResultSet r = s.executeQuery();
                        assertThat(r.next()).isTrue();
                        assertThat(r.getString(1)).isEqualTo(large);
                    }
                }
            }
        }
    }

    @Test
    void copyCancelAndNotificationsWorkInside() throws Exception {
        for (LocalNode to : cluster.local().nodes()) {
            try (Connection c = connect(to, "");
                    Statement s = c.createStatement()) {
                PGConnection pg = c.unwrap(PGConnection.class);
                s.execute("create table copied" + to.number() + "(id int primary key, t text)");
                StringBuilder rows = new StringBuilder();
                for (int i = 0; i < 20_000; i++) {
                    rows.append(i).append("\tvalue ").append(i).append('\n');
                }
                String table = "copied" + to.number();
                assertThat(pg.getCopyAPI().copyIn("copy " + table + " from stdin", new StringReader(rows.toString())))
                        .isEqualTo(20_000);
                StringWriter back = new StringWriter();
                pg.getCopyAPI().copyOut("copy (select * from " + table + " order by id) to stdout", back);
                assertThat(back.toString()).isEqualTo(rows.toString());

                ExecutorService sleeper = Executors.newSingleThreadExecutor();
                try {
                    Future<String> ended = sleeper.submit(
                            () -> catchThrowableOfType(SQLException.class, () -> s.execute("select pg_sleep(60)"))
                                    .getSQLState());
                    await().atMost(Duration.ofSeconds(30))
                            .pollInterval(Duration.ofMillis(200))
                            .until(() -> {
                                s.cancel();
                                return ended.isDone();
                            });
                    assertThat(ended.get()).isEqualTo("57014");
                } finally {
                    sleeper.shutdownNow();
                }

                s.execute("listen encrypted");
                try (Connection other = connect(to, "");
                        Statement n = other.createStatement()) {
                    n.execute("notify encrypted, 'word'");
                }
                await().atMost(Duration.ofSeconds(20)).until(() -> pg.getNotifications(100).length > 0);
            }
        }
    }

    @Test
    void whoIsNotEncryptedIsRefusedWhereThatIsDemanded() throws Exception {
        for (LocalNode to : cluster.local().nodes().subList(0, 2)) {
            PSQLException e = refused(to, "&sslmode=disable");
            assertThat(e.getSQLState()).isEqualTo("28000");
            assertThat(e.getServerErrorMessage().getHint()).contains("sslmode=require");
            assertThat(claimsToBeRelayed(to, "")).contains("C28000");
            assertThat(claimsToBeRelayed(to, "CLIENT.bm9kZTE.0.1.99999999999.AAAA"))
                    .contains("C28000");
        }
        plain(cluster.local().node(3), "&sslmode=disable").close();
    }

    @Test
    void aNodeLetsInNoMoreThanItIsToldToAndNobodyFromElsewhere() throws Exception {
        LocalNode to = cluster.local().node(3);
        String app = "&user=app&password=tiger";
        String url = "jdbc:postgresql://127.0.0.1:" + to.clientPort() + "/postgres?loginTimeout=20" + app;
        try (Connection one = soon(url)) {
            DriverManager.getConnection(url).close();
            try (Connection two = soon(url)) {
                PSQLException full = catchThrowableOfType(
                        PSQLException.class,
                        () -> DriverManager.getConnection(url).close());
                assertThat(full.getSQLState()).isEqualTo("53300");
                assertThat(full.getMessage()).contains("too many connections for role \"app\"");
                connect(to, "").close();
                assertThat(one.isValid(20) && two.isValid(20)).isTrue();
            }
        }
        assertThat(claimsToBeRelayed(to, "", "127.0.0.1")).doesNotContain("C28000");
        assertThat(claimsToBeRelayed(to, "", "127.0.0.2")).contains("C28000");
    }

    /** The role may not be known there yet, or the place of who has just left not be free. */
    private static Connection soon(String url) {
        return await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> DriverManager.getConnection(url), c -> true);
    }

    private static String claimsToBeRelayed(LocalNode to, String proof) throws IOException {
        return claimsToBeRelayed(to, proof, "127.0.0.1");
    }

    /** What a plain client is told that says that a node's proxy relays it. */
    private static String claimsToBeRelayed(LocalNode to, String proof, String from) throws IOException {
        String settings = "user\0postgres\0database\0postgres\0understudy.relayed\0node3\0understudy.node_proof\0"
                + proof + "\0\0";
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(packet);
        data.writeInt(8 + settings.length());
        data.writeInt(3 << 16);
        data.writeBytes(settings);
        try (Socket s = new Socket("127.0.0.1", to.clientPort(), InetAddress.ofLiteral(from), 0)) {
            s.setSoTimeout(20_000);
            s.getOutputStream().write(packet.toByteArray());
            DataInputStream in = new DataInputStream(s.getInputStream());
            String type = String.valueOf((char) in.readByte());
            return type + new String(in.readNBytes(in.readInt() - 4), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aCertificateThatIsDemandedMustBeTheUsers() throws Exception {
        LocalNode to = cluster.local().node(2);
        String safe = "&sslmode=verify-full&sslrootcert=" + authority;
        PSQLException none = refused(to, safe);
        assertThat(none.getSQLState()).isEqualTo("28000");
        assertThat(none.getMessage()).contains("connection requires a valid client certificate");
        PSQLException another = refused(to, safe + shows(somebody));
        assertThat(another.getSQLState()).isEqualTo("28000");
        assertThat(another.getMessage()).contains("certificate authentication failed for user \"postgres\"");
        TestCertificates foreign = TestCertificates.in(Files.createDirectory(directory.resolve("foreign")));
        Issued forged = foreign.issue("client", "CN=postgres", "EC");
        assertThat(refused(to, safe + shows(forged)).getSQLState())
                .as("signed by nobody known")
                .startsWith("08");
        plain(to, safe + shows(client)).close();
    }

    @Test
    void theAdministrationPortIsEncryptedForPeopleAndBetweenNodes() throws Exception {
        LocalNode asked = cluster.replicas().getLast();
        String admin = "://127.0.0.1:" + asked.adminPort() + "/";
        try (HttpClient knows =
                        HttpClient.newBuilder().sslContext(Trust.in(authority)).build();
                HttpClient doesNot = HttpClient.newHttpClient()) {
            assertThat(send(knows, "https" + admin + "health/live", false).statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> send(doesNot, "https" + admin + "health/live", false))
                    .isInstanceOf(SSLException.class);
            assertThatThrownBy(() -> send(doesNot, "http" + admin + "health/live", false))
                    .isInstanceOf(IOException.class);
            // The master begins it, and asks all others for what they found.
            HttpResponse<String> begun = send(knows, "https" + admin + "api/v1/verify", true);
            assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
            String id = begun.body().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> send(knows, "https" + admin + "api/v1/verify/" + id, false)
                            .body()
                            .contains("\"state\":\"equal\""));
            HttpRequest signIn = HttpRequest.newBuilder(URI.create("https" + admin + "api/v1/session"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"user\":\"postgres\",\"password\":\""
                            + cluster.local().password() + "\"}"))
                    .build();
            assertThat(knows.send(signIn, BodyHandlers.ofString()).headers().firstValue("Set-Cookie"))
                    .hasValueSatisfying(cookie -> assertThat(cookie).contains("; Secure"));
        }
        Path own = cluster.local().directory().resolve(asked.name()).resolve("tls");
        Files.copy(renewed.certificate(), own.resolve("admin.crt"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(renewed.key(), own.resolve("admin.key"), StandardCopyOption.REPLACE_EXISTING);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> shownBy("https" + admin).contains("CN=renewed"));
    }

    private static HttpResponse<String> send(HttpClient http, String uri, boolean order)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + cluster.local().password());
        return http.send((order ? request.POST(BodyPublishers.noBody()) : request).build(), BodyHandlers.ofString());
    }

    private static String shownBy(String uri) throws IOException, InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(Trust.in(authority)).build()) {
            SSLSession session =
                    send(http, uri + "health/live", false).sslSession().orElseThrow();
            return session.getPeerPrincipal().getName();
        }
    }

    @Test
    void psqlLogsInBound() throws Exception {
        Optional<Path> psql = ClientPrograms.find("psql");
        assumeTrue(psql.isPresent(), "psql is not installed");
        for (LocalNode to : cluster.local().nodes()) {
            ProcessBuilder b = new ProcessBuilder(
                    psql.get().toString(),
                    "-XAt",
                    "host=127.0.0.1 port=" + to.clientPort() + " user=postgres dbname=postgres sslmode=verify-full"
                            + " channel_binding=require sslrootcert=" + authority + " sslcert=" + client.certificate()
                            + " sslkey=" + client.key(),
                    "-c",
                    "\\conninfo",
                    "-c",
                    "select 'in' || 'side'");
            b.environment().put("PGPASSWORD", cluster.local().password());
            Process p = b.redirectErrorStream(true).start();
            String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(p.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(said).contains("TLSv1.3", "inside").doesNotContain("closed unexpectedly");
        }
    }

    @Test
    void aRenewedCertificateIsShownWithoutARestart() throws Exception {
        LocalNode to = cluster.local().node(3);
        Path own = cluster.local().directory().resolve("node3").resolve("tls");
        try (Connection open = connect(to, "")) {
            Files.writeString(own.resolve("node.key"), "broken");
            Path log = cluster.local().directory().resolve("node3").resolve("proxy.log");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(log).contains("cannot be used"));
            connect(to, "").close();
            Files.copy(renewed.certificate(), own.resolve("node.crt"), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(renewed.key(), own.resolve("node.key"), StandardCopyOption.REPLACE_EXISTING);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(log).contains("new files are used from now on: CN=renewed"));
            connect(to, "").close();
            assertThat(open.isValid(20)).isTrue();
        }
    }
}
