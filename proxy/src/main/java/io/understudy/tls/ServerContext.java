package io.understudy.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** The server's side of encrypted connections, with one state of the files. Safe for use by many threads. */
public final class ServerContext {
    /** What a client asks for by ALPN when it speaks PostgreSQL's protocol inside. */
    public static final String PROTOCOL = "postgresql";

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final TrustManager[] NOBODY = {};

    private final SSLContext context;
    private final Demand demand;
    private final Identity identity;
    private final Optional<byte[]> endPoint;

    /** Of certificates of the other side. */
    private enum Demand {
        NONE,
        ASKED_FOR,
        NEEDED
    }

    private ServerContext(Identity identity, TrustManager[] trusted, Demand demand) throws GeneralSecurityException {
        this.context = SSLContext.getInstance("TLS");
        context.init(identity.keyManagers(), trusted, null);
        this.demand = demand;
        this.identity = identity;
        this.endPoint = EndPoint.of(certificate());
    }

    /** @throws GeneralSecurityException if something cannot be used; its message says which setting and why */
    static ServerContext of(byte[] certificate, byte[] key, Optional<byte[]> clientCa) throws GeneralSecurityException {
        Identity identity = Identity.read(certificate, key);
        TrustManager[] trusted = NOBODY;
        if (clientCa.isPresent()) {
            try {
                List<X509Certificate> authorities = Pem.certificates(clientCa.get());
                trusted = Authorities.trusting(authorities);
            } catch (GeneralSecurityException e) {
                throw new GeneralSecurityException("tls.client-ca: " + e.getMessage(), e);
            }
        }
        return new ServerContext(identity, trusted, clientCa.isPresent() ? Demand.ASKED_FOR : Demand.NONE);
    }

    /** For connections between nodes, of both of their sides. */
    static ServerContext ofNodes(byte[] certificate, byte[] key, byte[] ca, NodeHosts hosts)
            throws GeneralSecurityException {
        Identity identity = Identity.read(certificate, key);
        NodeTrust trust;
        try {
            trust = NodeTrust.in(Pem.certificates(ca), hosts);
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("tls.ca: " + e.getMessage(), e);
        }
        try {
            trust.requireGood(identity.chain());
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("tls.certificate: other nodes would refuse it: " + e.getMessage(), e);
        }
        return new ServerContext(identity, new TrustManager[] {trust}, Demand.NEEDED);
    }

    /**
     * Lays an encrypted connection over a plain one; {@link SSLSocket#startHandshake} is the next thing to do with it.
     *
     * @param plain whose streams are used; closing what is returned closes it
     * @param begun what was read from it already
     */
    public SSLSocket over(Socket plain, byte[] begun) throws IOException {
        ByteArrayInputStream first = begun.length == 0 ? null : new ByteArrayInputStream(begun);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, first, true);
        socket.setUseClientMode(false);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setApplicationProtocols(new String[] {PROTOCOL});
        parameters.setUseCipherSuitesOrder(true);
        switch (demand) {
            case NONE -> {}
            // Who has none is told so in PostgreSQL's protocol, when it is known whether one is needed.
            case ASKED_FOR -> parameters.setWantClientAuth(true);
            case NEEDED -> parameters.setNeedClientAuth(true);
        }
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** The same from the other side. */
    SSLSocket asClient(Socket plain, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        socket.setUseClientMode(true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** For who encrypts by himself, as a server. */
    public SSLContext context() {
        return context;
    }

    /** Whether only nodes can have connections with it. */
    public boolean isOfNodes() {
        return demand == Demand.NEEDED;
    }

    /** The node's certificate. */
    public X509Certificate certificate() {
        return identity.chain().getFirst();
    }

    /** What both sides know of the connection by its certificate (RFC 5929, tls-server-end-point); empty for certificates that have no such thing. */
    public Optional<byte[]> endPoint() {
        return endPoint.map(byte[]::clone);
    }

    @Override
    public String toString() {
        return identity.toString();
    }
}
