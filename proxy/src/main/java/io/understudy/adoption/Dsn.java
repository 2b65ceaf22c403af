package io.understudy.adoption;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Where a database is and who asks, as {@code postgresql://user:password@host:port/database?option=value}. Options are those of the PostgreSQL JDBC driver, such as sslmode.
 *
 * @param name host, port and database, to speak of it
 */
public record Dsn(String name, String url, String user, String password) {
    private static final String CONNECT_SECONDS = "5";

    /**
     * Reads one.
     *
     * @param passwordOtherwise where it says none, as in PGPASSWORD; may be empty
     * @throws IllegalArgumentException with what is wrong with it, and never with the password
     */
    public static Dsn parse(String text, String passwordOtherwise) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "not an address of a database: " + e.getReason() + "; write postgresql://USER@HOST:PORT/DATABASE");
        }
        String scheme = uri.getScheme();
        if (!"postgresql".equals(scheme) && !"postgres".equals(scheme) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "not an address of a database; write postgresql://USER@HOST:PORT/DATABASE");
        }
        String userInfo = uri.getRawUserInfo() == null ? "postgres" : uri.getRawUserInfo();
        int colon = userInfo.indexOf(':');
        String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? passwordOtherwise : decoded(userInfo.substring(colon + 1));
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String database = path.length() > 1 ? path.substring(1) : user;
        String place = uri.getHost() + ":" + port + "/" + database;
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Dsn(place, "jdbc:postgresql://" + place + query, user, password);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** For PostgreSQL's programs, without the password. */
    String libpq() {
        return "postgresql://" + URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20") + "@" + name;
    }

    /** A connection by which a database that was made read-only for others can be written. */
    Connection connect() throws SQLException {
        Properties p = new Properties();
        p.setProperty("user", user);
        p.setProperty("password", password);
        p.setProperty("connectTimeout", CONNECT_SECONDS);
        p.setProperty("ApplicationName", "understudy adoption");
        p.setProperty("options", "-c default_transaction_read_only=off");
        return DriverManager.getConnection(url, p);
    }

    @Override
    public String toString() {
        return user + "@" + name;
    }
}
