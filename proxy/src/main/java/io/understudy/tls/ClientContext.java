package io.understudy.tls;

import io.understudy.config.PostgresTls;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The client's side of encrypted connections, to PostgreSQL servers. Safe for use by many threads. */
public final class ClientContext {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;
    private final boolean byHost;

    private ClientContext(SSLContext context, boolean byHost) {
        this.context = context;
        this.byHost = byHost;
    }

    /**
     * Reads the authority's file, once.
     *
     * @param settings of connections that are encrypted
     * @throws IOException if the file cannot be used; its message says which setting and why
     */
    public static ClientContext of(PostgresTls settings) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted(settings), null);
            return new ClientContext(context, settings.mode() == PostgresTls.Mode.VERIFY_FULL);
        } catch (GeneralSecurityException e) {
            throw new IOException("postgres.tls.ca: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trusted(PostgresTls settings) throws GeneralSecurityException, IOException {
        if (settings.mode() == PostgresTls.Mode.REQUIRE) {
            return new TrustManager[] {new Anybody()};
        }
        Path file = settings.ca().orElseThrow(() -> new GeneralSecurityException("there is none"));
        return Authorities.trusting(Pem.certificates(Files.readAllBytes(file)));
    }

    /**
     * Lays an encrypted connection over a plain one, and shakes hands.
     *
     * @param plain whose streams are used; closing what is returned closes it
     * @throws IOException if the server cannot be talked to, or is not who it must be
     */
    public SSLSocket over(Socket plain, String host, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        socket.setUseClientMode(true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        if (byHost) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** For who wants encryption, whoever is at its other end. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
