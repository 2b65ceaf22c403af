package io.understudy.backend;

import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/** Opens connections: pgjdbc connects, our socket listens in. */
final class Connector {
    private static final Driver DRIVER = new Driver();

    private final ServerEncryption encryption;
    private final ServerEncryption proxies;
    private final Duration connectTimeout;
    private final Duration loginTimeout;
    private final Map<RelaySocket, ServerAddress> underWay = new ConcurrentHashMap<>();

    /**
     * @param encryption of connections to PostgreSQL servers
     * @param proxies of those to other nodes' proxies
     */
    Connector(ServerEncryption encryption, ServerEncryption proxies, Duration connectTimeout, Duration loginTimeout) {
        this.encryption = encryption;
        this.proxies = proxies;
        this.connectTimeout = connectTimeout;
        this.loginTimeout = loginTimeout;
    }

    /**
     * @param startupSettings sent exactly so, and nothing else
     * @throws BackendUnavailable if there is no server or it refuses
     */
    Backend connect(ServerAddress server, Login login, Map<String, String> startupSettings) throws BackendUnavailable {
        return connect(server, login, startupSettings, encryption);
    }

    /** The same, to another node's proxy, which has its own settings for clients and takes nodes as they come. */
    Backend connectToProxy(ServerAddress proxy, Login login, Map<String, String> startupSettings)
            throws BackendUnavailable {
        return connect(proxy, login, startupSettings, proxies);
    }

    private Backend connect(
            ServerAddress server, Login login, Map<String, String> startupSettings, ServerEncryption encrypted)
            throws BackendUnavailable {
        Dialogue dialogue = new Dialogue(login, startupSettings);
        RelaySocket socket = new RelaySocket(dialogue, encrypted, connectTimeout, loginTimeout);
        underWay.put(socket, server);
        try {
            Connection jdbc = ScopedValue.where(RelaySockets.CONNECTING, socket)
                    .call(() -> DRIVER.connect(url(server, login.database()), properties(login)));
            if (jdbc == null) {
                throw new SQLException("driver does not accept the address");
            }
            socket.setSoTimeout(0);
            return new Backend(server, login, jdbc, jdbc.unwrap(PGConnection.class), socket);
        } catch (SQLException | IOException e) {
            closeQuietly(socket);
            ErrorFields refusal = dialogue.refusal();
            if (refusal != null) {
                throw BackendUnavailable.said(refusal, e);
            }
            Throwable cause = e.getCause() instanceof IOException io ? io : e;
            throw BackendUnavailable.unreachable(server, cause);
        } finally {
            underWay.remove(socket);
        }
    }

    /** Attempts to connect to that server that are under way fail now. */
    void giveUp(ServerAddress server) {
        underWay.forEach((socket, to) -> {
            if (to.equals(server)) {
                closeQuietly(socket);
            }
        });
    }

    static String url(ServerAddress server, String database) {
        String host = server.host().indexOf(':') >= 0 ? "[" + server.host() + "]" : server.host();
        return "jdbc:postgresql://" + host + ":" + server.port() + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    private static Properties properties(Login login) {
        Properties p = new Properties();
        PGProperty.USER.set(p, login.user());
        // an empty one keeps pgjdbc from looking for another in the files of the operating system's user
        PGProperty.PASSWORD.set(p, login.credentials() instanceof Credentials.Password pw ? pw.password() : "");
        PGProperty.SOCKET_FACTORY.set(p, RelaySockets.class.getName());
        PGProperty.SSL_MODE.set(p, "disable");
        PGProperty.GSS_ENC_MODE.set(p, "disable");
        PGProperty.PROTOCOL_VERSION.set(p, "3.0");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(p, "12");
        PGProperty.LOGIN_TIMEOUT.set(p, 0);
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(p, 2);
        PGProperty.TCP_KEEP_ALIVE.set(p, true);
        PGProperty.MAX_SEND_BUFFER_SIZE.set(p, 8192);
        return p;
    }

    private static void closeQuietly(RelaySocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing was using it
        }
    }
}
