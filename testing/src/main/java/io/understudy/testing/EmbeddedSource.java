package io.understudy.testing;

import io.understudy.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

/** A process of this machine, from embedded binaries. */
final class EmbeddedSource implements DisposablePostgres {
    private final EmbeddedPostgres server;

    private EmbeddedSource(EmbeddedPostgres server) {
        this.server = server;
    }

    static EmbeddedSource start(Source.Embedded source, Map<String, String> settings, Logins logins)
            throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.start(settings);
        try {
            int found = server.server().major();
            if (source.major().orElse(found) != found) {
                throw new IOException("PostgreSQL " + source.major().getAsInt() + " was asked for by "
                        + Source.PROPERTY + ", but the binaries on the class path are " + found
                        + ": the property must be given to Maven, which chooses them by it");
            }
            if (logins == Logins.TRUST) {
                Files.writeString(
                        server.server().directory().resolve("pg_hba.conf"), "host all all 127.0.0.1/32 trust\n");
                server.restart();
            }
            return new EmbeddedSource(server);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public String host() {
        return server.host();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String password() {
        return server.password();
    }

    @Override
    public void kill() throws IOException {
        server.kill();
    }

    @Override
    public void restart() throws IOException {
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
