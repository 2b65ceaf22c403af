package io.understudy.node;

import io.understudy.config.NodeConfig;
import io.understudy.signin.ClusterKey;
import io.understudy.signin.SignedTokens;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Properties;

/** The first statement of a new log: the set-up role's verifier, the same for all servers. */
final class FirstStatement {
    private FirstStatement() {}

    static void shareVerifier(NodeConfig config, LocalServer local) throws SQLException {
        String user = config.postgres().user();
        String verifier;
        try (Connection c = local.source().getConnection();
                PreparedStatement s = c.prepareStatement("SELECT rolpassword FROM pg_authid WHERE rolname = ?")) {
            s.setString(1, user);
            try (ResultSet r = s.executeQuery()) {
                verifier = r.next() ? r.getString(1) : null;
            }
        }
        if (verifier == null || !verifier.startsWith("SCRAM-SHA-256$")) {
            return;
        }
        Properties p = new Properties();
        p.setProperty("user", user);
        p.setProperty("password", config.postgres().password());
        p.setProperty("sslmode", "disable");
        // What is demanded of clients is not demanded of the node itself.
        SignedTokens tokens = new SignedTokens(new ClusterKey(config.postgres().password()), Clock.systemUTC());
        p.setProperty("options", "-c understudy.node_proof=" + tokens.forClientPort(config.node()));
        // Its settings travel with the start: a SET of its own is a matter for replicas, which refuse this verifier
        // until they have it.
        p.setProperty("assumeMinServerVersion", "14");
        p.setProperty("connectTimeout", "2");
        p.setProperty("socketTimeout", "20");
        String url = "jdbc:postgresql://" + config.clientHost() + ":" + config.clientPort() + "/" + config.database();
        try (Connection c = DriverManager.getConnection(url, p);
                Statement s = c.createStatement()) {
            s.execute("ALTER ROLE \"" + user.replace("\"", "\"\"") + "\" PASSWORD '" + verifier + "'");
        }
    }
}
