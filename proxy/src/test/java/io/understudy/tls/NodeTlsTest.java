package io.understudy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.understudy.config.PeerTls;
import io.understudy.testing.TestCertificates;
import io.understudy.testing.TestCertificates.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may speak to a node as a node. */
@Timeout(60)
class NodeTlsTest {
    private static final List<String> HOSTS = List.of("127.0.0.1", "10.0.0.2");

    @TempDir
    private static Path directory;

    private static PeerTls node;
    private static PeerTls ofStranger;
    private static Path authority;
    private static Issued user;
    private static Issued wide;

    private final List<String> events = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void issue() throws IOException {
        TestCertificates certificates = TestCertificates.in(directory);
        authority = certificates.authority();
        node = files(certificates.issue("node", "CN=node", "EC"), authority);
        user = certificates.issue("user", "CN=ada", "EC", "-ext", "san=dns:laptop.example.com");
        wide = certificates.issue("wide", "CN=node", "EC", "-ext", "san=dns:*.example.com,ip:10.0.0.2,ip:fd00::2");
        TestCertificates others = TestCertificates.in(Files.createDirectory(directory.resolve("others")));
        ofStranger = files(others.issue("node", "CN=node", "EC"), others.authority());
    }

    private static PeerTls files(Issued issued, Path ca) {
        return new PeerTls(issued.certificate(), issued.key(), ca);
    }

    private NodeTls open(PeerTls files) throws IOException {
        return NodeTls.open(files, "127.0.0.1", HOSTS, events::add);
    }

    private static ServerSocket listening(NodeTls tls) throws IOException {
        ServerSocket server = tls.serverSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return server;
    }

    private static Socket connected(NodeTls tls, ServerSocket to) throws IOException {
        Socket socket = tls.socket();
        socket.connect(to.getLocalSocketAddress(), 1000);
        return socket;
    }

    @Test
    void nodesTalkAndNobodyElseKeepsThemFromIt() throws Exception {
        try (NodeTls tls = open(node);
                ServerSocket server = listening(tls);
                Socket silent = new Socket(server.getInetAddress(), server.getLocalPort());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Socket> accepting = threads.submit(server::accept);
            try (Socket from = connected(tls, server);
                    Socket at = accepting.get()) {
                byte[] text = "who is there?".getBytes(StandardCharsets.UTF_8);
                from.getOutputStream().write(text);
                assertThat(at.getInputStream().readNBytes(text.length)).isEqualTo(text);
                at.getOutputStream().write(text);
                assertThat(from.getInputStream().readNBytes(text.length)).isEqualTo(text);
                from.close();
                assertThat(at.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(silent.isClosed()).isFalse();
            assertThat(events).isEmpty();
        }
    }

    @Test
    void whoDoesNotEncryptIsRefusedAndToldOfOnce() throws Exception {
        try (NodeTls tls = open(node);
                ServerSocket server = listening(tls)) {
            for (int i = 0; i < 3; i++) {
                try (Socket plain = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    plain.getOutputStream().write("bela, and who I am".getBytes(StandardCharsets.UTF_8));
                    assertThat(answered(plain)).isZero();
                }
            }
            assertThat(events)
                    .containsExactly(
                            "between nodes: 127.0.0.1 was refused: it does not encrypt: a node without cluster.tls, or no"
                                    + " node");
        }
    }

    @Test
    void whoShowsNoCertificateIsRefused() throws Exception {
        try (NodeTls tls = open(node);
                ServerSocket server = listening(tls);
                SSLSocket without = (SSLSocket) Trust.in(authority)
                        .getSocketFactory()
                        .createSocket(server.getInetAddress(), server.getLocalPort())) {
            assertThat(answered(without)).isZero();
            await().untilAsserted(() -> assertThat(events)
                    .containsExactly("between nodes: 127.0.0.1 was refused: it shows no certificate"));
        }
    }

    @Test
    void whoHasACertificateOfAnotherAuthorityIsRefusedByBothSides() throws Exception {
        try (NodeTls tls = open(node);
                NodeTls stranger = open(ofStranger);
                ServerSocket server = listening(tls)) {
            assertThatThrownBy(() -> connected(stranger, server)).isInstanceOf(IOException.class);
            assertThat(events)
                    .anySatisfy(e -> assertThat(e)
                            .startsWith("between nodes: no connection to 127.0.0.1:")
                            .endsWith(": its certificate is not by who is in cluster.tls.ca"));
            // what the other says of it may be overtaken by the end of its connection
            await().untilAsserted(
                            () -> assertThat(events)
                                    .anySatisfy(
                                            e -> assertThat(e)
                                                    .matches(
                                                            "between nodes: 127\\.0\\.0\\.1 was refused: (it refuses this node: .*|it ended the connection)")));
        }
    }

    @Test
    void aCertificateOfTheRightAuthorityForSomethingElseMakesNoNode() throws Exception {
        try (NodeTls tls = open(node);
                NodeTls laptop = NodeTls.open(
                        files(user, authority),
                        "laptop.example.com",
                        List.of("laptop.example.com", "127.0.0.1"),
                        text -> {});
                ServerSocket server = listening(tls)) {
            assertThat(answered(laptop, server)).isZero();
            await().untilAsserted(() -> assertThat(events)
                    .containsExactly("between nodes: 127.0.0.1 was refused: its certificate is for"
                            + " [laptop.example.com], none of which is the host of a node: " + HOSTS));
        }
    }

    private static int answered(NodeTls tls, ServerSocket server) throws IOException {
        try (Socket socket = tls.socket()) {
            socket.connect(server.getLocalSocketAddress(), 1000);
            return answered(socket);
        } catch (SocketException | SSLException e) {
            // By TLS 1.3 it may hear of it later than the other side has closed the connection.
            return 0;
        }
    }

    /** How many bytes it gets before the end. */
    private static int answered(Socket socket) {
        try {
            socket.setSoTimeout(20_000);
            return socket.getInputStream().readAllBytes().length;
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void whoDoesNotAnswerIsGivenUp() throws Exception {
        try (NodeTls tls = open(node);
                ServerSocket frozen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long begun = System.nanoTime();
            assertThatThrownBy(() -> connected(tls, frozen)).isInstanceOf(IOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
            assertThat(events).singleElement().asString().endsWith("it did not shake hands in time");
        }
    }

    @Test
    void closingWaitsForNoWriter() throws Exception {
        try (NodeTls tls = open(node);
                ServerSocket server = listening(tls);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Socket> accepting = threads.submit(server::accept);
            Socket from = connected(tls, server);
            try (Socket at = accepting.get()) {
                Future<?> writer = threads.submit(() -> {
                    byte[] much = new byte[1 << 16];
                    while (true) {
                        from.getOutputStream().write(much);
                    }
                });
                Thread.sleep(300);
                assertThat(writer).isNotDone();
                from.close();
                assertThatThrownBy(writer::get).hasCauseInstanceOf(IOException.class);
                assertThat(at.isClosed()).isFalse();
            }
        }
    }

    @Test
    void aNodeThatOthersWouldRefuseDoesNotStart() throws Exception {
        String begin = "connections between nodes (cluster.tls): ";
        assertThatThrownBy(() -> open(new PeerTls(directory.resolve("none.crt"), node.key(), authority)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(begin + "tls.certificate: ")
                .hasMessageContaining("none.crt cannot be read");
        assertThatThrownBy(() -> open(new PeerTls(node.certificate(), node.key(), node.key())))
                .hasMessageStartingWith(
                        begin + "connections cannot be encrypted: tls.ca: there is no certificate in it");
        assertThatThrownBy(() -> open(new PeerTls(node.certificate(), ofStranger.key(), authority)))
                .hasMessageEndingWith("tls.key: it is not the key of the certificate");
        assertThatThrownBy(() -> open(new PeerTls(node.certificate(), node.key(), ofStranger.ca())))
                .hasMessageContaining("tls.certificate: other nodes would refuse it: ");
        assertThatThrownBy(() -> open(files(user, authority)))
                .hasMessageEndingWith(
                        "other nodes would refuse it: it is for [laptop.example.com], and not for" + " 127.0.0.1");
    }

    @Test
    void hostsAreNamesOrAddresses() throws Exception {
        X509Certificate certificate = wide.own();
        for (String host : List.of("DB1.Example.com", "10.0.0.2", "fd00::2", "FD00:0::2")) {
            assertThat(new NodeHosts(host, List.of()).ownIsIn(certificate))
                    .as(host)
                    .isTrue();
        }
        for (String host : List.of("10.0.0.3", "example.com", "a.b.example.com", "10.0.0.2.example.org", "node")) {
            assertThat(new NodeHosts("127.0.0.1", List.of(host)).haveOneOf(certificate))
                    .as(host)
                    .isFalse();
        }
    }
}
