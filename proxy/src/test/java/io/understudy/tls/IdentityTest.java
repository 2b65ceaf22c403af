package io.understudy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.testing.TestCertificates;
import io.understudy.testing.TestCertificates.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files can be a node's certificate and key. */
class IdentityTest {
    @TempDir
    private static Path directory;

    private static Issued rsa;
    private static Issued ec;
    private static Issued edwards;

    @BeforeAll
    static void issue() throws IOException {
        TestCertificates certificates = TestCertificates.in(directory);
        rsa = certificates.issue("rsa", "CN=rsa", "RSA");
        ec = certificates.issue("ec", "CN=ec", "EC");
        edwards = certificates.issue("edwards", "CN=edwards", "Ed25519");
    }

    private static byte[] bytes(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void keysOfAllCommonKindsAreRead() throws Exception {
        for (Issued issued : new Issued[] {rsa, ec, edwards}) {
            Identity identity = Identity.read(bytes(issued.certificate()), bytes(issued.key()));
            assertThat(identity.key()).isEqualTo(issued.secret());
            assertThat(identity.chain()).hasSize(2).startsWith(issued.own());
            assertThat(identity.toString())
                    .contains(issued.own().getSubjectX500Principal().getName())
                    .doesNotContain("RSA")
                    .contains("valid until");
        }
    }

    @Test
    void theOlderFormsAreReadToo() throws Exception {
        assertThat(Identity.read(bytes(rsa.certificate()), ascii(TestCertificates.pem("RSA PRIVATE KEY", inner(rsa))))
                        .key())
                .isEqualTo(rsa.secret());
        String curve = TestCertificates.pem("EC PARAMETERS", new byte[] {6, 1, 1});
        assertThat(Identity.read(
                                bytes(ec.certificate()),
                                ascii(curve + TestCertificates.pem("EC PRIVATE KEY", inner(ec))))
                        .key())
                .isEqualTo(ec.secret());
    }

    /** What PKCS#8 wraps, which is its last element. */
    private static byte[] inner(Issued issued) {
        byte[] der = issued.secret().getEncoded();
        for (int at = 0; at + 4 < der.length; at++) {
            boolean octets = der[at] == 4;
            int head = (der[at + 1] & 0x80) == 0 ? 2 : 2 + (der[at + 1] & 0x7f);
            int length = head == 2
                    ? der[at + 1]
                    : head == 3 ? der[at + 2] & 0xff : (der[at + 2] & 0xff) << 8 | der[at + 3] & 0xff;
            if (octets && at + head + length == der.length) {
                return Arrays.copyOfRange(der, at + head, der.length);
            }
        }
        throw new AssertionError("not PKCS#8");
    }

    @Test
    void whatCannotBeUsedIsNamed() throws Exception {
        assertRefused(bytes(rsa.certificate()), bytes(ec.key()), "tls.key: ");
        assertRefused(bytes(ec.certificate()), bytes(ec.certificate()), "tls.key: there is no private key in it");
        assertRefused(bytes(ec.key()), bytes(ec.key()), "tls.certificate: there is no certificate in it");
        assertRefused(
                bytes(ec.certificate()),
                ascii(TestCertificates.pem("ENCRYPTED PRIVATE KEY", new byte[9])),
                "tls.key: a password protects it");
        assertRefused(
                bytes(rsa.certificate()),
                ascii(
                        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"),
                "tls.key: a password protects it");
        TestCertificates other = TestCertificates.in(Files.createDirectory(directory.resolve("other")));
        assertRefused(
                bytes(ec.certificate()),
                bytes(other.issue("ec", "CN=ec", "EC").key()),
                "tls.key: it is not the key of the certificate");
        assertRefused(
                bytes(rsa.certificate()),
                bytes(other.issue("rsa", "CN=rsa", "RSA").key()),
                "tls.key: it is not the key of the certificate");
    }

    @Test
    void spoiltFilesAreRefusedAndNothingElseHappens() throws Exception {
        Random random = new Random(7);
        byte[] key = bytes(ec.key());
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] spoilt = key.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt(128);
            }
            try {
                Identity.read(bytes(ec.certificate()), spoilt);
            } catch (GeneralSecurityException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(200);
    }

    private static void assertRefused(byte[] certificate, byte[] key, String words) {
        assertThatThrownBy(() -> Identity.read(certificate, key))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageStartingWith(words);
    }

    @Test
    void aCommonNameIsOneOrNone() throws Exception {
        TestCertificates names = TestCertificates.in(Files.createDirectory(directory.resolve("names")));
        assertThat(CommonName.of(
                        names.issue("one", "CN=a\\,b=c, O=somewhere", "EC").own()))
                .contains("a,b=c");
        assertThat(CommonName.of(names.issue("none", "O=somewhere", "EC").own()))
                .isEmpty();
        assertThat(CommonName.of(names.issue("two", "CN=app, CN=postgres", "EC").own()))
                .isEmpty();
    }
}
