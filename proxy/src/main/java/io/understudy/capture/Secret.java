package io.understudy.capture;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;

/** What proves to the functions of schema {@code understudy} that the proxy is asking. Clients cannot read it; it travels as a bound parameter only. */
public final class Secret {
    private static final int BYTES = 32;

    private Secret() {}

    /** Makes a new secret and stores it through the node's own connection. Statements prepared with an older one fail with 42501 from then on. */
    public static String renew(Connection node) throws SQLException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        try (PreparedStatement update = node.prepareStatement("UPDATE understudy.secret SET value = ?")) {
            update.setString(1, secret);
            if (update.executeUpdate() != 1) {
                throw new SQLException("understudy.secret must have exactly one row", "55000");
            }
        }
        return secret;
    }
}
