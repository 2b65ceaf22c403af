package io.understudy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.common.util.TlsServerEndpoint;
import io.understudy.testing.TestCertificates;
import io.understudy.testing.TestCertificates.Issued;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a login is bound to, compared with what the library computes that pgjdbc has. */
class EndPointTest {
    @TempDir
    private static Path directory;

    @Test
    void bothSidesComputeTheSame() throws Exception {
        // the authority's key is of EC: what counts is how a certificate was signed
        TestCertificates certificates = TestCertificates.in(directory);
        for (String signature : new String[] {"SHA256withECDSA", "SHA384withECDSA", "SHA512withECDSA"}) {
            Issued issued = certificates.issue(signature, "CN=node", "RSA", "-sigalg", signature);
            assertThat(issued.own().getSigAlgName()).isEqualTo(signature);
            assertThat(EndPoint.of(issued.own())).contains(TlsServerEndpoint.getChannelBindingData(issued.own()));
        }
    }

    @Test
    void weakHashesAreReplacedAndPaddedSignaturesNameTheirs() throws Exception {
        TestCertificates certificates = TestCertificates.selfSigned(directory.resolve("more"));
        Issued sha1 = certificates.issue("sha1", "CN=node", "RSA", "-sigalg", "SHA1withRSA");
        assertThat(EndPoint.of(sha1.own())).contains(hash("SHA-256", sha1));
        Issued padded = certificates.issue("padded", "CN=node", "RSASSA-PSS", "-keysize", "3072");
        assertThat(padded.own().getSigAlgName()).isEqualTo("RSASSA-PSS");
        assertThat(EndPoint.of(padded.own())).contains(hash("SHA-384", padded));
        assertThat(EndPoint.of(
                        certificates.issue("edwards", "CN=node", "Ed25519").own()))
                .isEmpty();
    }

    private static byte[] hash(String algorithm, Issued issued) throws Exception {
        return MessageDigest.getInstance(algorithm).digest(issued.own().getEncoded());
    }
}
