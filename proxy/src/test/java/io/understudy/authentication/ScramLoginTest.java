package io.understudy.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ongres.scram.client.ScramClient;
import io.understudy.authentication.LoginOutcome.Authenticated;
import io.understudy.authentication.StartupOutcome.SessionRequest;
import io.understudy.backend.ServerAddress;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against clients that do not keep to the rules; no server behind the proxy. */
@Timeout(60)
class ScramLoginTest {
    private static final int V3 = 3 << 16;
    private static final byte[] SALT = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final ScramVerifier VERIFIER = PasswordVerifier.of("tiger", 4096, SALT);

    private final AtomicBoolean down = new AtomicBoolean();
    private TestProxy proxy = newProxy(Duration.ofSeconds(30));

    private TestProxy newProxy(Duration timeout) {
        try {
            return new TestProxy(new ServerAddress("127.0.0.1", 1), this::verifier, timeout);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<String> verifier(String role) throws IOException {
        if (down.get()) {
            throw new IOException("no server");
        }
        return switch (role) {
            case "app", "übel" -> Optional.of(VERIFIER.text());
            case "old" -> Optional.of("md5" + "0".repeat(32));
            default -> Optional.empty();
        };
    }

    @BeforeEach
    void open() throws Exception {
        proxy.close();
        proxy = newProxy(Duration.ofSeconds(30));
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
    }

    private RawClient client(String user) throws IOException {
        return new RawClient(proxy.port()).startup(V3, "user", user, "database", "d");
    }

    /** Logs in as the library does; returns how it ended. */
    private String login(String user, String password) throws Exception {
        try (RawClient c = client(user)) {
            assertThat(c.challenge()).isEqualTo("SCRAM-SHA-256\0\0");
            ScramClient scram = ScramClient.builder()
                    .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                    .username("*")
                    .password(password.toCharArray())
                    .build();
            c.sasl("SCRAM-SHA-256", scram.clientFirstMessage().toString());
            scram.serverFirstMessage(c.challenge());
            c.response(scram.clientFinalMessage().toString());
            int type = c.in.next();
            if (type == 'E') {
                ErrorFields e = ErrorFields.read(c.in);
                return e.sqlState() + " " + e.message();
            }
            c.in.int32();
            scram.serverFinalMessage(c.in.text(c.in.remaining(), StandardCharsets.US_ASCII));
            assertThat(c.challenge()).isEmpty();
            return "ok";
        }
    }

    @Test
    void theRightPasswordRevealsTheClientsKey() throws Exception {
        assertThat(login("app", "tiger")).isEqualTo("ok");
        await().until(() -> !proxy.logins.isEmpty());
        Authenticated a = (Authenticated) proxy.logins.get(0);
        byte[] stored = MessageDigest.getInstance("SHA-256").digest(a.keys().clientKey());
        assertThat(stored).isEqualTo(VERIFIER.storedKey());
        assertThat(a.keys().serverKey()).isEqualTo(VERIFIER.serverKey());
        assertThat(a.toString())
                .doesNotContain(Base64.getEncoder().encodeToString(a.keys().clientKey()));
        assertThat(login("übel", "tiger")).isEqualTo("ok");
    }

    @Test
    void wrongPasswordsAndUnknownRolesFailAlike() throws Exception {
        assertThat(login("app", "lion")).isEqualTo("28P01 password authentication failed for user \"app\"");
        assertThat(login("nobody", "tiger")).isEqualTo("28P01 password authentication failed for user \"nobody\"");
        assertThat(login("old", "tiger")).isEqualTo("28P01 password authentication failed for user \"old\"");
        down.set(true);
        try (RawClient c = client("app")) {
            assertThat(c.end().orElseThrow().sqlState()).isEqualTo("57P03");
        }
    }

    @Test
    void unknownRolesHaveAsSteadyASaltAsKnownOnes() throws Exception {
        assertThat(salt("nobody"))
                .isEqualTo(salt("nobody"))
                .isNotEqualTo(salt("nobody2"))
                .hasSize(24);
        assertThat(salt("app")).isEqualTo(Base64.getEncoder().encodeToString(SALT));
    }

    private String salt(String user) throws IOException {
        try (RawClient c = client(user)) {
            c.challenge();
            String first = c.sasl("SCRAM-SHA-256", "n,,n=,r=abc").challenge();
            assertThat(first).startsWith("r=abc").endsWith(",i=4096");
            return first.substring(first.indexOf(",s=") + 3, first.indexOf(",i="));
        }
    }

    @Test
    void anExchangeOverheardIsOfNoUse() throws Exception {
        String nonce = "r=abcdef";
        String recordedFinal;
        try (RawClient c = client("app")) {
            c.challenge();
            String first = c.sasl("SCRAM-SHA-256", "n,,n=*," + nonce).challenge();
            recordedFinal = "c=biws," + first.substring(0, first.indexOf(",s=")) + ",p="
                    + Base64.getEncoder().encodeToString(proof(first, "n=*," + nonce));
            assertThat(c.response(recordedFinal).challenge()).startsWith("v=");
        }
        try (RawClient c = client("app")) {
            c.challenge();
            String first = c.sasl("SCRAM-SHA-256", "n,,n=*," + nonce).challenge();
            assertThat(recordedFinal).as("a fresh nonce").doesNotContain(first.substring(0, first.indexOf(",s=")));
            ErrorFields e = c.response(recordedFinal).end().orElseThrow();
            assertThat(e.sqlState()).isEqualTo("08P01");
            assertThat(e.fields()).containsEntry('D', "Nonce does not match.");
        }
        try (RawClient c = client("app")) {
            c.challenge();
            String first = c.sasl("SCRAM-SHA-256", "n,,n=*," + nonce).challenge();
            String stale = "c=biws," + first.substring(0, first.indexOf(",s="))
                    + recordedFinal.substring(recordedFinal.indexOf(",p="));
            assertThat(c.response(stale).end().orElseThrow().sqlState()).isEqualTo("28P01");
        }
    }

    private static byte[] proof(String serverFirst, String bare) throws Exception {
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec("tiger".toCharArray(), SALT, 4096, 256))
                .getEncoded();
        byte[] clientKey = hmac(salted, "Client Key");
        String auth = bare + "," + serverFirst + ",c=biws," + serverFirst.substring(0, serverFirst.indexOf(",s="));
        byte[] signature = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), auth);
        for (int i = 0; i < 32; i++) {
            signature[i] ^= clientKey[i];
        }
        return signature;
    }

    private static byte[] hmac(byte[] key, String message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "x"));
        return mac.doFinal(message.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void everyFlippedBitOfAProofIsNoticed() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 20; i++) {
            try (RawClient c = client("app")) {
                c.challenge();
                String first = c.sasl("SCRAM-SHA-256", "y,,n=*,r=x").challenge();
                byte[] proof = proof(first.replace("biws", "eSws"), "n=*,r=x");
                proof[random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
                String last = "c=eSws," + first.substring(0, first.indexOf(",s=")) + ",p="
                        + Base64.getEncoder().encodeToString(proof);
                assertThat(c.response(last).end().orElseThrow().sqlState()).isEqualTo("28P01");
            }
        }
    }

    @Test
    void aCutMessageEndsTheConnectionAndNothingElse() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        var out = new MessageOutput(all);
        out.beginUntyped().int32(V3).string("user").string("app").int8(0).end();
        byte[] first = "n,,n=*,r=abc".getBytes(StandardCharsets.US_ASCII);
        out.begin('p').string("SCRAM-SHA-256").int32(first.length).bytes(first).end();
        out.flush();
        byte[] bytes = all.toByteArray();
        for (int n = 0; n < bytes.length; n++) {
            try (RawClient c = new RawClient(proxy.port())) {
                c.out.write(bytes, 0, n);
                c.out.flush();
                c.socket.shutdownOutput();
                assertThat(c.end()).as("cut at %s", n).isEmpty();
            }
        }
        assertThat(login("app", "tiger")).isEqualTo("ok");
    }

    @Test
    void randomBytesEndWithAnErrorOrAClosedSocket() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            byte[] garbage = new byte[random.nextInt(300)];
            random.nextBytes(garbage);
            try (RawClient c = random.nextBoolean() ? new RawClient(proxy.port()) : client("app")) {
                if (random.nextBoolean() && garbage.length > 8) {
                    // a length that can be, and now and then a type that can be
                    garbage[0] = random.nextBoolean() ? (byte) 'p' : 0;
                    garbage[1] = 0;
                    garbage[2] = 0;
                }
                c.out.write(garbage, 0, garbage.length);
                c.out.flush();
                c.socket.shutdownOutput();
                c.end();
            } catch (SocketException e) {
                // closed while we wrote
            }
        }
        assertThat(login("app", "tiger")).as("seed %s", seed).isEqualTo("ok");
    }

    @Test
    void aLoginThatTricklesIsCutOff() throws Exception {
        try (TestProxy impatient = newProxy(Duration.ofMillis(300));
                RawClient c = new RawClient(impatient.port())) {
            long start = System.nanoTime();
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreNoExceptions()
                    .untilAsserted(() -> assertThatThrownBy(() -> {
                                c.out.write(0);
                                c.out.flush();
                            })
                            .isInstanceOf(IOException.class));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(250));
        }
    }

    @Test
    void startupSaysWhatTheClientWants() throws Exception {
        try (RawClient c = new RawClient(proxy.port())) {
            c.out.beginUntyped().int32(80877103).end();
            c.out.flush();
            assertThat(c.socket.getInputStream().read()).isEqualTo('N');
            c.out.beginUntyped().int32(80877104).end();
            c.out.flush();
            assertThat(c.socket.getInputStream().read()).isEqualTo('N');
            c.startup(V3 | 9999, "user", "app", "application_name", "x", "replication", "off", "_pq_.grease", "1");
            assertThat(c.in.next()).isEqualTo('v');
            assertThat(c.in.int32()).isEqualTo(V3 | 2);
            assertThat(c.in.int32()).isEqualTo(1);
            assertThat(c.in.string()).isEqualTo("_pq_.grease");
            c.challenge();
        }
        await().until(() -> !proxy.startups.isEmpty());
        assertThat(proxy.startups.get(0)).isInstanceOfSatisfying(SessionRequest.class, s -> {
            assertThat(s.database()).isEqualTo("app");
            assertThat(s.settings()).isEqualTo(Map.of("application_name", "x"));
        });
        try (RawClient c = new RawClient(proxy.port()).startup(V3, "user", "app", "replication", "database")) {
            assertThat(c.end().orElseThrow().sqlState()).isEqualTo("0A000");
        }
        try (RawClient c = new RawClient(proxy.port())) {
            for (int i = 0; i < 2; i++) {
                c.out.beginUntyped().int32(80877103).end();
            }
            c.out.flush();
            assertThat(c.socket.getInputStream().read()).isEqualTo('N');
            assertThat(c.end().orElseThrow().sqlState()).isEqualTo("0A000");
        }
        try (RawClient c = new RawClient(proxy.port())) {
            c.out.beginUntyped().int32(80877102).int32(7).int32(8).end();
            c.out.flush();
            assertThat(c.end()).isEmpty();
        }
        assertThat(proxy.startups.getLast()).isInstanceOf(StartupOutcome.CancelRequest.class);
    }
}
