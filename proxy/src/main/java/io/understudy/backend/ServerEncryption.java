package io.understudy.backend;

import io.understudy.config.PostgresTls;
import io.understudy.tls.ClientContext;
import io.understudy.tls.NodeTls;
import io.understudy.wire.StartupPacket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/** Encrypts connections to PostgreSQL servers, or to other nodes' proxies, or leaves them as they are. Safe for use by many threads. */
public final class ServerEncryption {
    /** Connections stay plain. */
    public static final ServerEncryption NONE =
            new ServerEncryption(PostgresTls.OFF, StartupPacket.Encryption.SSL, null, "");

    private static final int REQUEST_BYTES = 8;

    private final PostgresTls settings;
    private final StartupPacket.Encryption request;
    private final @Nullable Layer layer;
    private final String refused;

    /** Agrees on keys with who has said that it can. */
    private interface Layer {
        SSLSocket over(Socket plain, String host, int port) throws IOException;
    }

    private ServerEncryption(
            PostgresTls settings, StartupPacket.Encryption request, @Nullable Layer layer, String refused) {
        this.settings = settings;
        this.request = request;
        this.layer = layer;
        this.refused = refused;
    }

    /** @throws IOException if a file cannot be used; its message says which setting and why */
    public static ServerEncryption of(PostgresTls settings) throws IOException {
        return settings.on()
                ? new ServerEncryption(
                        settings,
                        StartupPacket.Encryption.SSL,
                        ClientContext.of(settings)::over,
                        "the server does not offer encryption, and postgres.tls asks for it: switch ssl on there")
                : NONE;
    }

    /** Of connections to other nodes' proxies. */
    public static ServerEncryption ofNodes(NodeTls tls) {
        return new ServerEncryption(
                PostgresTls.OFF,
                StartupPacket.Encryption.NODE,
                tls::over,
                "the node does not offer encryption between nodes: it has no cluster.tls");
    }

    /**
     * Asks the server for encryption and shakes hands; null if connections stay plain.
     *
     * @param plain connected, and nothing sent on it
     */
    @Nullable
    SSLSocket over(Socket plain, InputStream in, OutputStream out, String host, int port) throws IOException {
        if (layer == null) {
            return null;
        }
        out.write(ByteBuffer.allocate(REQUEST_BYTES)
                .putInt(REQUEST_BYTES)
                .putInt(request.code())
                .array());
        out.flush();
        int answer = in.read();
        return switch (answer) {
            case 'S' -> layer.over(plain, host, port);
            case 'N' -> throw new IOException(refused);
            case -1 -> throw new IOException("the server closed the connection when it was asked for encryption");
            default -> throw new IOException("the server does not understand the request for encryption");
        };
    }

    /** For connections that pgjdbc makes all by itself. */
    public Properties forDriver() {
        Properties p = new Properties();
        PGProperty.SSL_MODE.set(
                p,
                layer == null
                        ? "disable"
                        : settings.mode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        settings.ca().map(Path::toString).ifPresent(ca -> PGProperty.SSL_ROOT_CERT.set(p, ca));
        return p;
    }
}
