package io.understudy.backend;

import io.understudy.config.PostgresTls;
import io.understudy.tls.ClientContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/** Encrypts connections to PostgreSQL servers, or leaves them as they are. Safe for use by many threads. */
public final class ServerEncryption {
    /** Connections stay plain. */
    public static final ServerEncryption NONE = new ServerEncryption(PostgresTls.OFF, null);

    private static final byte[] REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

    private final PostgresTls settings;
    private final @Nullable ClientContext context;

    private ServerEncryption(PostgresTls settings, @Nullable ClientContext context) {
        this.settings = settings;
        this.context = context;
    }

    /** @throws IOException if a file cannot be used; its message says which setting and why */
    public static ServerEncryption of(PostgresTls settings) throws IOException {
        return settings.on() ? new ServerEncryption(settings, ClientContext.of(settings)) : NONE;
    }

    /**
     * Asks the server for encryption and shakes hands; null if connections stay plain.
     *
     * @param plain connected, and nothing sent on it
     */
    @Nullable
    SSLSocket over(Socket plain, InputStream in, OutputStream out, String host, int port) throws IOException {
        if (context == null) {
            return null;
        }
        out.write(REQUEST);
        out.flush();
        int answer = in.read();
        return switch (answer) {
            case 'S' -> context.over(plain, host, port);
            case 'N' ->
                throw new IOException(
                        "the server does not offer encryption, and postgres.tls asks for it: switch ssl on there");
            case -1 -> throw new IOException("the server closed the connection when it was asked for encryption");
            default -> throw new IOException("the server does not understand the request for encryption");
        };
    }

    /** For connections that pgjdbc makes all by itself. */
    public Properties forDriver() {
        Properties p = new Properties();
        PGProperty.SSL_MODE.set(
                p,
                context == null
                        ? "disable"
                        : settings.mode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        settings.ca().map(Path::toString).ifPresent(ca -> PGProperty.SSL_ROOT_CERT.set(p, ca));
        return p;
    }
}
