package io.understudy.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Objects;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one cluster as one user, without a pool. Its connections share a causal token, with all others in this JVM that have the same URL and user. Set it up in one thread; then it may be used
 * by many.
 */
public final class UnderstudyDataSource implements DataSource {
    private String url = "";
    private final Properties properties = new Properties();
    private @Nullable PrintWriter logWriter;

    /** Without a URL: {@link #setUrl} must follow. */
    public UnderstudyDataSource() {}

    /** For that URL, which may name user and password. */
    public UnderstudyDataSource(String url) {
        this.url = url;
    }

    public String getUrl() {
        return url;
    }

    /** A {@code jdbc:understudy:} URL. */
    public void setUrl(String newUrl) {
        this.url = Objects.requireNonNull(newUrl);
    }

    public @Nullable String getUser() {
        return properties.getProperty("user");
    }

    public void setUser(String user) {
        properties.setProperty("user", user);
    }

    public void setPassword(String password) {
        properties.setProperty("password", password);
    }

    /** Sets any property that a URL may have, of pgjdbc or of {@link UnderstudyProperty}; the URL's own take precedence. */
    public void setProperty(String name, String value) {
        properties.setProperty(name, value);
    }

    /** The highest position in the statement log that these connections have committed or, with causality {@code reads}, seen. 0 if there is none yet. */
    public long causalToken() throws SQLException {
        UnderstudyUrl parsed = parsed();
        return UnderstudyDriver.cluster(parsed).token(Causality.READS);
    }

    /** From now on, reads on these connections see everything up to that position; see {@link UnderstudyConnection#causalToken(long)}. */
    public void causalToken(long token) throws SQLException {
        if (token < 0) {
            throw new SQLException("A causal token is not negative: " + token, "22023");
        }
        UnderstudyDriver.cluster(parsed()).committed(token);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return UnderstudyDriver.open(parsed());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        UnderstudyUrl parsed = parsed();
        parsed.properties().setProperty("user", user);
        parsed.properties().setProperty("password", password);
        return UnderstudyDriver.open(parsed);
    }

    private UnderstudyUrl parsed() throws SQLException {
        return UnderstudyUrl.parse(url, properties);
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    /** Kept and not used: the driver logs by java.util.logging. */
    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        this.logWriter = out;
    }

    /** @param seconds for all nodes together; 0 is no limit */
    @Override
    public void setLoginTimeout(int seconds) {
        properties.setProperty("loginTimeout", Integer.toString(seconds));
    }

    @Override
    public int getLoginTimeout() {
        return Integer.parseInt(properties.getProperty("loginTimeout", "0"));
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return Logger.getLogger("io.understudy.jdbc");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("This is no " + type.getName(), "0A000");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
