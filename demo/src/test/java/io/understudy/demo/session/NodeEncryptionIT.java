package io.understudy.demo.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.understudy.command.AdminClient;
import io.understudy.command.MembershipOrders;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.config.NodeConfigReader;
import io.understudy.config.PeerTls;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalMembers;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.ProxyLaunch;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.demo.fault.Contents;
import io.understudy.embedded.Directories;
import io.understudy.testing.TestCertificates;
import io.understudy.testing.TestCertificates.Issued;
import io.understudy.tls.NodeTls;
import io.understudy.tls.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cluster whose nodes encrypt what they say to each other. */
@Timeout(180)
class NodeEncryptionIT {
    /** What FD_SOCK2 adds to the cluster port for a port of its own. */
    private static final int WATCHING_PORT = 100;

    private static Path directory;
    private static RunningCluster cluster;
    private static Path authority;
    private static Issued node;
    private static Issued renewed;
    private static Issued stranger;

    @BeforeAll
    static void start() throws Exception {
        directory = Files.createTempDirectory("understudy-certificates-");
        TestCertificates certificates = TestCertificates.in(directory);
        authority = certificates.authority();
        node = certificates.issue("node", "CN=node", "EC");
        renewed = certificates.issue("renewed", "CN=renewed", "RSA");
        TestCertificates others = TestCertificates.in(Files.createDirectory(directory.resolve("others")));
        stranger = others.issue("stranger", "CN=node", "EC");
        cluster = RunningCluster.start(NodeEncryptionIT::encrypt);
        write(cluster.master(), "create table secrets(id serial primary key, t text)");
    }

    @AfterAll
    static void stop() throws IOException {
        try {
            if (cluster != null) {
                cluster.close();
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private static void encrypt(Path file) throws IOException {
        Path own = Files.createDirectory(file.resolveSibling("tls"));
        Files.copy(node.certificate(), own.resolve("node.crt"));
        Files.copy(node.key(), own.resolve("node.key"));
        Files.writeString(
                file,
                Files.readString(file) + "cluster:\n  tls: {certificate: tls/node.crt, key: tls/node.key, ca: "
                        + authority + "}\n");
    }

    private static Path file(LocalNode of, String name) {
        return cluster.local().directory().resolve(of.name()).resolve(name);
    }

    private static int clusterPort(LocalNode of) throws Exception {
        return new NodeConfigReader()
                .read(file(of, "node.yaml")).nodes().stream()
                        .filter(p -> p.name().equals(of.name()))
                        .mapToInt(Peer::clusterPort)
                        .findFirst()
                        .orElseThrow();
    }

    private static void write(LocalNode through, String sql) throws SQLException {
        try (Connection c = cluster.local().connect(through, Duration.ofSeconds(20));
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private static void insert(LocalNode through, String text) throws SQLException {
        write(through, "insert into secrets(t) values ('" + text + "')");
    }

    /** On that node's own server. */
    private static boolean has(LocalNode of, String text) throws SQLException {
        try (Connection c = Contents.connect(cluster.local(), of);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("select 1 from secrets where t = '" + text + "'")) {
            return r.next();
        }
    }

    private static void awaitEverywhere(String text) {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            for (LocalNode of : cluster.local().nodes()) {
                if (!has(of, text)) {
                    return false;
                }
            }
            return true;
        });
    }

    private static void awaitLog(LocalNode of, String text) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(file(of, "proxy.log")).contains(text));
    }

    @Test
    void nothingIsPlainBetweenNodes() throws Exception {
        String text = "nobody must ever read this";
        Optional<Sniffer> listening = Sniffer.listeningFor(text);
        assumeTrue(listening.isPresent(), "only root may listen to packets");
        LocalNode master = cluster.master();
        LocalNode replica = cluster.replicas().getFirst();
        try (Sniffer sniffer = listening.get()) {
            insert(replica, text);
            awaitEverywhere(text);
            assertThat(sniffer.plain())
                    .as("what clients and servers say is plain, and is heard")
                    .contains(replica.clientPort(), master.postgresPort());
            List<Integer> clusterPorts = new ArrayList<>();
            for (LocalNode of : cluster.local().nodes()) {
                clusterPorts.add(clusterPort(of));
            }
            assertThat(sniffer.busy()).as("the statement is relayed").contains(master.clientPort());
            assertThat(sniffer.busy()).as("its entry is replicated").containsAnyElementsOf(clusterPorts);
            assertThat(sniffer.plain()).doesNotContain(master.clientPort()).doesNotContainAnyElementsOf(clusterPorts);
        }
    }

    @Test
    void aNodeIsAddedAndRemoved() throws Exception {
        insert(cluster.master(), "before the fourth");
        LocalMembers members = new LocalMembers(cluster.local(), ProxyLaunch.likeThisProcess(), line -> {});
        LocalCluster four = members.create();
        LocalNode added = four.nodes().getLast();
        encrypt(file(added, "node.yaml"));
        LocalMembers of = new LocalMembers(four, ProxyLaunch.likeThisProcess(), line -> {});
        try {
            added.startPostgres();
            added.startProxy();
            try (AdminClient client = AdminClient.ofCluster(four.directory())) {
                new MembershipOrders(client, line -> {}).add(added.admin(), false, Duration.ofMinutes(1));
            }
            insert(added, "through the fourth");
            awaitEverywhere("through the fourth");
            await().atMost(Duration.ofSeconds(30)).until(() -> has(added, "through the fourth"));
            assertThat(has(added, "before the fourth")).isTrue();
        } finally {
            of.remove(added.name(), false);
        }
    }

    @Test
    void aStrangerGetsNothing() throws Exception {
        SSLContext without = Trust.in(authority);
        SSLContext ofAnother = with(stranger);
        for (LocalNode of : cluster.local().nodes()) {
            int port = clusterPort(of);
            try (Socket plain = new Socket(of.host(), port)) {
                plain.getOutputStream().write("bela".getBytes(StandardCharsets.US_ASCII));
                assertThat(gets(plain)).isZero();
            }
            for (SSLContext context : List.of(without, ofAnother)) {
                try (Socket socket = context.getSocketFactory().createSocket(of.host(), port)) {
                    assertThat(gets(socket)).isZero();
                }
            }
            assertThat(opens(of, port + WATCHING_PORT)).isFalse();
            awaitLog(of, "127.0.0.1 was refused: it does not encrypt: a node without cluster.tls, or no node");
            awaitLog(of, "127.0.0.1 was refused: it shows no certificate");
            awaitLog(of, "127.0.0.1 was refused: its certificate is not by who is in cluster.tls.ca");
        }
        insert(cluster.replicas().getLast(), "undisturbed");
        awaitEverywhere("undisturbed");
    }

    /** A context that shows that certificate, to servers of this cluster's authority. */
    private static SSLContext with(Issued shown) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("own", shown.secret(), new char[0], new Certificate[] {shown.own()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream file = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Bytes that come before the end. */
    private static int gets(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        try {
            return socket.getInputStream().readAllBytes().length;
        } catch (SSLException | SocketException e) {
            return 0;
        }
    }

    private static boolean opens(LocalNode of, int port) throws IOException {
        try (Socket socket = new Socket(of.host(), port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    @Test
    void failsOverAndLetsInAgainOnlyWhoEncrypts() throws Exception {
        LocalNode dead = cluster.master();
        List<LocalNode> others = new ArrayList<>(cluster.replicas());
        long killed = System.nanoTime();
        dead.killProxy();
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            insert(others.getFirst(), "after the failover");
            return true;
        });
        System.out.println("a write is taken " + (System.nanoTime() - killed) / 1_000_000
                + " ms after the master's node was killed, between nodes that encrypt");
        // It is alone for who does not hear it.
        Path settings = file(dead, "node.yaml");
        String encrypting = Files.readString(settings);
        Files.writeString(settings, encrypting.replaceFirst("cluster:\\n.*\\n", ""));
        dead.startProxy();
        for (LocalNode of : others) {
            awaitLog(
                    of,
                    "no connection to 127.0.0.1:" + clusterPort(dead)
                            + ": it ended the connection, as a node without cluster.tls does");
        }
        assertThat(has(dead, "after the failover")).isFalse();
        dead.killProxy();
        Files.writeString(settings, encrypting);
        dead.startProxy();
        cluster.awaitAllServing();
        awaitEverywhere("after the failover");
    }

    @Test
    void aRenewedCertificateIsShownWithoutARestart() throws Exception {
        LocalNode of = cluster.replicas().getFirst();
        Files.copy(renewed.certificate(), file(of, "tls/node.crt"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(renewed.key(), file(of, "tls/node.key"), StandardCopyOption.REPLACE_EXISTING);
        awaitLog(of, "between nodes: new files are used from now on: CN=renewed");
        try (NodeTls tls = NodeTls.open(
                        new PeerTls(node.certificate(), node.key(), authority),
                        of.host(),
                        List.of(of.host()),
                        text -> {});
                Socket plain = new Socket(of.host(), clusterPort(of));
                SSLSocket socket = tls.over(plain, of.host(), clusterPort(of))) {
            assertThat(socket.getSession().getPeerPrincipal().getName()).isEqualTo("CN=renewed");
        }
        insert(of, "renewed");
        awaitEverywhere("renewed");
    }
}
