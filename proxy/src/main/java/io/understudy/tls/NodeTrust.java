package io.understudy.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Who is a node: who has a certificate that the authority has signed for the host of one. */
final class NodeTrust extends X509ExtendedTrustManager {
    /** Of a key that may be used in any way that TLS knows. */
    private static final String ANY_USE = "UNKNOWN";

    private final X509ExtendedTrustManager signed;
    private final NodeHosts hosts;

    private NodeTrust(X509ExtendedTrustManager signed, NodeHosts hosts) {
        this.signed = signed;
        this.hosts = hosts;
    }

    static NodeTrust in(List<X509Certificate> authorities, NodeHosts hosts) throws GeneralSecurityException {
        return new NodeTrust(
                Arrays.stream(Authorities.trusting(authorities))
                        .filter(X509ExtendedTrustManager.class::isInstance)
                        .map(X509ExtendedTrustManager.class::cast)
                        .findFirst()
                        .orElseThrow(() -> new GeneralSecurityException("this Java cannot check certificates")),
                hosts);
    }

    /** Whether other nodes, of the same settings, will take it for this node's, whoever of the two connects. */
    void requireGood(List<X509Certificate> chain) throws CertificateException {
        X509Certificate[] shown = chain.toArray(X509Certificate[]::new);
        signed.checkServerTrusted(shown, ANY_USE);
        signed.checkClientTrusted(shown, ANY_USE);
        if (!hosts.ownIsIn(shown[0])) {
            throw new CertificateException("it is for " + NodeHosts.names(shown[0]) + ", and not for " + hosts.own());
        }
    }

    private void requireNode(X509Certificate[] chain) throws CertificateException {
        if (!hosts.haveOneOf(chain[0])) {
            throw new CertificateException("its certificate is for " + NodeHosts.names(chain[0])
                    + ", none of which is the host of a node: " + hosts.all());
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        signed.checkClientTrusted(chain, type);
        requireNode(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        signed.checkClientTrusted(chain, type, socket);
        requireNode(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        signed.checkClientTrusted(chain, type, engine);
        requireNode(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        signed.checkServerTrusted(chain, type);
        requireNode(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        signed.checkServerTrusted(chain, type, socket);
        requireNode(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        signed.checkServerTrusted(chain, type, engine);
        requireNode(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return signed.getAcceptedIssuers();
    }
}
