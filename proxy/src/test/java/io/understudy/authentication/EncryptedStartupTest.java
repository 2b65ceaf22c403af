package io.understudy.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.understudy.authentication.StartupOutcome.CancelRequest;
import io.understudy.authentication.StartupOutcome.SessionRequest;
import io.understudy.backend.ServerAddress;
import io.understudy.config.ClientTls;
import io.understudy.testing.TestCertificates;
import io.understudy.testing.TestCertificates.Issued;
import io.understudy.tls.ServerTls;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a connection becomes encrypted, with clients that mean well and others. */
@Timeout(60)
class EncryptedStartupTest {
    private static final int SSL_REQUEST = 1234 << 16 | 5679;
    private static final int GSS_REQUEST = 1234 << 16 | 5680;
    private static final int CANCEL = 1234 << 16 | 5678;
    private static final int V3 = 3 << 16;
    private static final byte[] SALT = new byte[16];

    @TempDir
    private static Path directory;

    private static ServerTls tls;
    private static SSLContext trusting;

    private TestProxy proxy;

    @BeforeAll
    static void issue() throws Exception {
        TestCertificates certificates = TestCertificates.in(directory);
        Issued issued = certificates.issue("node", "CN=node", "EC");
        tls = ServerTls.open(
                new ClientTls(
                        ClientTls.Mode.ALLOW,
                        Optional.of(issued.certificate()),
                        Optional.of(issued.key()),
                        Optional.empty(),
                        ClientTls.ClientCertificate.OPTIONAL),
                e -> {});
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("node", issued.own());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, trust.getTrustManagers(), null);
    }

    @BeforeEach
    void open() throws IOException {
        proxy = proxy(Duration.ofSeconds(30));
    }

    private static TestProxy proxy(Duration loginMax) throws IOException {
        return new TestProxy(
                new ServerAddress("127.0.0.1", 1),
                role -> role.equals("app")
                        ? Optional.of(PasswordVerifier.of("tiger", 4096, SALT).text())
                        : Optional.empty(),
                loginMax,
                tls.context());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private static void request(RawClient c, int code) throws IOException {
        c.out.beginUntyped().int32(code).end();
        c.out.flush();
    }

    private static SSLSocket encrypt(RawClient c, String... protocols) throws IOException {
        SSLSocket s = (SSLSocket) trusting.getSocketFactory().createSocket(c.socket, "127.0.0.1", 1, true);
        SSLParameters p = s.getSSLParameters();
        p.setApplicationProtocols(protocols);
        s.setSSLParameters(p);
        s.startHandshake();
        return s;
    }

    private static void startup(SSLSocket s) throws IOException {
        startup(s, "nobody");
    }

    private static void startup(SSLSocket s, String user) throws IOException {
        MessageOutput out = new MessageOutput(s.getOutputStream());
        out.beginUntyped().int32(V3).string("user").string(user).int8(0).end();
        out.flush();
    }

    /** Sends two SCRAM messages as they are; returns the error that ends that. */
    private String scram(String mechanism, String first, String binding) throws Exception {
        try (RawClient c = new RawClient(proxy.port())) {
            SSLSocket s = encrypt(c, "postgresql");
            startup(s, "app");
            MessageInput in = new MessageInput(s.getInputStream());
            MessageOutput out = new MessageOutput(s.getOutputStream());
            assertThat(in.next()).isEqualTo('R');
            in.int32();
            assertThat(in.text(in.remaining(), StandardCharsets.US_ASCII))
                    .isEqualTo("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
            out.begin('p').string(mechanism).int32(first.length());
            out.bytes(first.getBytes(StandardCharsets.US_ASCII)).end();
            out.flush();
            if (in.next() == 'R') {
                in.int32();
                String nonce =
                        in.text(in.remaining(), StandardCharsets.US_ASCII).replaceAll("r=([^,]*),.*", "$1");
                String last = "c=" + binding + ",r=" + nonce + ",p="
                        + Base64.getEncoder().encodeToString(new byte[32]);
                out.begin('p').bytes(last.getBytes(StandardCharsets.US_ASCII)).end();
                out.flush();
                in.next();
            }
            ErrorFields e = ErrorFields.read(in);
            return e.sqlState() + " " + e.message();
        }
    }

    private static String base64(String header, byte[] binding) {
        byte[] head = header.getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + binding.length);
        System.arraycopy(binding, 0, all, head.length, binding.length);
        return Base64.getEncoder().encodeToString(all);
    }

    @Test
    void aLoginIsBoundToTheConnectionItIsMadeOn() throws Exception {
        byte[] endPoint = tls.context().orElseThrow().endPoint().orElseThrow();
        String header = "p=tls-server-end-point,,";
        String plus = "SCRAM-SHA-256-PLUS";
        // with the right binding it is the proof that is wrong
        assertThat(scram(plus, header + "n=,r=abc", base64(header, endPoint))).startsWith("28P01");
        byte[] another = endPoint.clone();
        another[31] ^= 1;
        for (byte[] wrong : List.of(another, new byte[0], Arrays.copyOf(endPoint, 33))) {
            assertThat(scram(plus, header + "n=,r=abc", base64(header, wrong)))
                    .isEqualTo("28000 SCRAM channel binding check failed");
        }
        assertThat(scram(plus, header + "n=,r=abc", "biws")).isEqualTo("28000 SCRAM channel binding check failed");
    }

    @Test
    void aBindingThatSomebodyTookAwayIsNoticed() throws Exception {
        assertThat(scram("SCRAM-SHA-256", "y,,n=,r=abc", "eSws"))
                .isEqualTo("28000 SCRAM channel binding negotiation error");
        // who cannot bind may do without
        assertThat(scram("SCRAM-SHA-256", "n,,n=,r=abc", "biws")).startsWith("28P01");
        assertThat(scram("SCRAM-SHA-256", "p=tls-server-end-point,,n=,r=abc", "biws"))
                .startsWith("08P01 malformed");
        assertThat(scram("SCRAM-SHA-256-PLUS", "n,,n=,r=abc", "biws")).startsWith("08P01 malformed");
        assertThat(scram("SCRAM-SHA-256-PLUS", "y,,n=,r=abc", "eSws")).startsWith("08P01 malformed");
        assertThat(scram("SCRAM-SHA-256-PLUS", "p=tls-unique,,n=,r=abc", "biws"))
                .isEqualTo("08P01 unsupported SCRAM channel-binding type \"tls-unique\"");
        assertThat(scram("SCRAM-SHA-256-PLUS", "p=tls-server-end-point", "biws"))
                .startsWith("08P01 malformed");
        assertThat(scram("SCRAM-SHA-1", "n,,n=,r=abc", "biws")).startsWith("08P01 client selected an invalid SASL");
    }

    private static ErrorFields error(SSLSocket s) throws IOException {
        MessageInput in = new MessageInput(s.getInputStream());
        for (int type = in.next(); type >= 0; type = in.next()) {
            if (type == 'E') {
                return ErrorFields.read(in);
            }
        }
        throw new AssertionError("closed");
    }

    @Test
    void whoAsksGetsItAndGoesOnInside() throws Exception {
        try (RawClient c = new RawClient(proxy.port())) {
            request(c, GSS_REQUEST);
            assertThat(c.socket.getInputStream().read()).isEqualTo('N');
            request(c, SSL_REQUEST);
            assertThat(c.socket.getInputStream().read()).isEqualTo('S');
            SSLSocket s = encrypt(c, "postgresql");
            assertThat(s.getApplicationProtocol()).isEqualTo("postgresql");
            startup(s);
            MessageInput in = new MessageInput(s.getInputStream());
            assertThat(in.next()).isEqualTo('R');
            assertThat(proxy.startups).singleElement().isInstanceOf(SessionRequest.class);
        }
    }

    @Test
    void encryptionMayBeginWithoutAsking() throws Exception {
        try (RawClient c = new RawClient(proxy.port())) {
            SSLSocket s = encrypt(c, "http/1.1", "postgresql");
            assertThat(s.getApplicationProtocol()).isEqualTo("postgresql");
            startup(s);
            assertThat(new MessageInput(s.getInputStream()).next()).isEqualTo('R');
        }
    }

    @Test
    void withoutAskingItMustBeForThisProtocol() throws Exception {
        try (RawClient c = new RawClient(proxy.port())) {
            SSLSocket s = encrypt(c);
            startup(s);
            assertThat(s.getInputStream().read()).isEqualTo(-1);
        }
        try (RawClient c = new RawClient(proxy.port())) {
            assertThatThrownBy(() -> encrypt(c, "http/1.1")).isInstanceOf(IOException.class);
        }
        assertThat(proxy.startups).doesNotHaveAnyElementsOfTypes(SessionRequest.class);
    }

    @Test
    void whatIsSentInPlainBehindTheRequestIsNotTakenForTheClients() throws Exception {
        for (int code : new int[] {SSL_REQUEST, GSS_REQUEST}) {
            try (RawClient c = new RawClient(proxy.port())) {
                c.out.beginUntyped().int32(code).end();
                c.out.beginUntyped()
                        .int32(V3)
                        .string("user")
                        .string("injected")
                        .int8(0)
                        .end();
                c.out.flush();
                ErrorFields e = c.end().orElseThrow();
                assertThat(e.sqlState()).isEqualTo("08P01");
                assertThat(e.message()).startsWith("received unencrypted data after");
            }
        }
        assertThat(proxy.startups).doesNotHaveAnyElementsOfTypes(SessionRequest.class);
    }

    @Test
    void insideNoEncryptionIsBegun() throws Exception {
        for (int code : new int[] {SSL_REQUEST, GSS_REQUEST}) {
            try (RawClient c = new RawClient(proxy.port())) {
                request(c, SSL_REQUEST);
                assertThat(c.socket.getInputStream().read()).isEqualTo('S');
                SSLSocket s = encrypt(c);
                MessageOutput out = new MessageOutput(s.getOutputStream());
                out.beginUntyped().int32(code).end();
                out.flush();
                assertThat(error(s).sqlState()).isEqualTo("0A000");
            }
        }
    }

    @Test
    void aCancelRequestMayBeEncryptedToo() throws Exception {
        try (RawClient c = new RawClient(proxy.port())) {
            request(c, SSL_REQUEST);
            assertThat(c.socket.getInputStream().read()).isEqualTo('S');
            SSLSocket s = encrypt(c);
            MessageOutput out = new MessageOutput(s.getOutputStream());
            out.beginUntyped().int32(CANCEL).int32(77).int32(99).end();
            out.flush();
            await().until(() -> proxy.startups.size() == 1);
            assertThat(((CancelRequest) proxy.startups.getFirst()).pid()).isEqualTo(77);
        }
    }

    @Test
    void rubbishInsteadOfAHandshakeEndsThatConnectionOnly() throws Exception {
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            byte[] rubbish = new byte[1 + random.nextInt(300)];
            random.nextBytes(rubbish);
            if (i % 2 == 0) {
                rubbish[0] = 0x16;
            }
            try (RawClient c = new RawClient(proxy.port())) {
                if (i % 3 == 0) {
                    request(c, SSL_REQUEST);
                    assertThat(c.socket.getInputStream().read()).isEqualTo('S');
                }
                c.socket.getOutputStream().write(rubbish);
                c.socket.shutdownOutput();
                assertThat(c.end().map(ErrorFields::sqlState).orElse("08P01")).isIn("08P01", "0A000");
            } catch (IOException e) {
                assertThat(e).as("an alert of TLS is no message").hasMessageContaining("message");
            }
        }
        assertStillServing();
    }

    private void assertStillServing() throws Exception {
        try (RawClient c = new RawClient(proxy.port())) {
            SSLSocket s = encrypt(c, "postgresql");
            startup(s);
            assertThat(new MessageInput(s.getInputStream()).next()).isEqualTo('R');
        }
    }

    @Test
    void aHandshakeThatDoesNotGoOnIsCutOff() throws Exception {
        try (TestProxy impatient = proxy(Duration.ofMillis(300));
                RawClient asked = new RawClient(impatient.port());
                RawClient direct = new RawClient(impatient.port())) {
            request(asked, SSL_REQUEST);
            assertThat(asked.socket.getInputStream().read()).isEqualTo('S');
            direct.socket.getOutputStream().write(new byte[] {0x16, 3, 1});
            assertThat(asked.end()).isEmpty();
            assertThat(direct.end()).isEmpty();
        }
    }

    /** Sends its bytes one by one, each when the other side has given up waiting for it once. */
    private static final class Trickle extends Socket {
        private final AtomicInteger timeouts;
        private volatile boolean slow;

        Trickle(int port, AtomicInteger timeouts) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
            this.timeouts = timeouts;
            setTcpNoDelay(true);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream out = super.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                }

                @Override
                public void write(byte[] b, int off, int n) throws IOException {
                    if (!slow) {
                        out.write(b, off, n);
                        return;
                    }
                    for (int i = off; i < off + n; i++) {
                        int before = timeouts.get();
                        await().pollDelay(Duration.ZERO)
                                .pollInterval(Duration.ofMillis(1))
                                .until(() -> timeouts.get() > before);
                        out.write(b[i]);
                    }
                }
            };
        }
    }

    @Test
    void aReadThatTimesOutInTheMiddleOfARecordLosesNothing() throws Exception {
        AtomicInteger timeouts = new AtomicInteger();
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Trickle below = new Trickle(listener.getLocalPort(), timeouts);
                ExecutorService server = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> heard = server.submit(() -> {
                try (ClientConnection c = new ClientConnection(listener.accept(), Duration.ofSeconds(30))) {
                    assertThat(Startup.negotiate(c, tls.context(), Optional.empty()))
                            .isInstanceOf(SessionRequest.class);
                    c.loggedIn();
                    c.socket().setSoTimeout(1);
                    while (true) {
                        try {
                            return (char) c.in().next() + c.in().string();
                        } catch (SocketTimeoutException e) {
                            timeouts.incrementAndGet();
                        }
                    }
                }
            });
            SSLSocket s = (SSLSocket) trusting.getSocketFactory().createSocket(below, "127.0.0.1", 1, true);
            SSLParameters p = s.getSSLParameters();
            p.setApplicationProtocols(new String[] {"postgresql"});
            s.setSSLParameters(p);
            s.startHandshake();
            startup(s);
            below.slow = true;
            MessageOutput out = new MessageOutput(s.getOutputStream());
            out.begin('Q').string("select 1").end();
            out.flush();
            assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo("Qselect 1");
            assertThat(timeouts).hasValueGreaterThan(20);
        }
    }
}
