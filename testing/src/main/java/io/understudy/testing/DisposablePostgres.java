package io.understudy.testing;

import java.io.IOException;
import java.util.Map;

/**
 * A PostgreSQL server for the length of a test. The system property {@code understudy.postgres} says where it comes from; see {@link Source}.
 *
 * <pre>{@code
 * try (DisposablePostgres pg = DisposablePostgres.start(Map.of(), Logins.SCRAM)) {
 *     DriverManager.getConnection(pg.jdbcUrl(), pg.user(), pg.password());
 * }
 * }</pre>
 *
 * fsync and full_page_writes are on unless the test's settings say otherwise. Not for use by several threads at once.
 */
public sealed interface DisposablePostgres extends AutoCloseable permits EmbeddedSource, ContainerSource {

    /** How clients prove who they are. */
    enum Logins {
        /** By password. */
        SCRAM,
        /** Not at all: a test can be any role. */
        TRUST
    }

    /**
     * Starts a server on a free port; returns when it accepts connections.
     *
     * @param settings as in postgresql.conf
     * @throws IOException if it does not start
     */
    static DisposablePostgres start(Map<String, String> settings, Logins logins) throws IOException {
        return switch (Source.chosen()) {
            case Source.Embedded embedded -> EmbeddedSource.start(embedded, settings, logins);
            case Source.Container container -> ContainerSource.start(container, settings, logins);
        };
    }

    /** An IP address of this machine. */
    String host();

    /** Stays the same when the server is started again. */
    int port();

    /** A superuser. */
    default String user() {
        return "postgres";
    }

    String password();

    default String database() {
        return "postgres";
    }

    /** URL for the PostgreSQL JDBC driver, without user and password. */
    default String jdbcUrl() {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + database();
    }

    /** Ends it as a crash would; data are kept. */
    void kill() throws IOException;

    /** Starts it again, stopping it before if it runs. */
    void restart() throws IOException;

    /** Ends the server and deletes its data. */
    @Override
    void close();
}
