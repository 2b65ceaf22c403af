package io.understudy.tls;

import io.understudy.config.PostgresTls;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

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
            return new ClientContext(
                    settings.mode() == PostgresTls.Mode.REQUIRE
                            ? Trust.anybody()
                            : Trust.in(settings.ca().orElseThrow(() -> new IOException("there is none"))),
                    settings.mode() == PostgresTls.Mode.VERIFY_FULL);
        } catch (IOException e) {
            throw new IOException("postgres.tls.ca: " + e.getMessage(), e);
        }
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
}
