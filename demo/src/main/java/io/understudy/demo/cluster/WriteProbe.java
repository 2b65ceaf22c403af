package io.understudy.demo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;

/** Finds out whether every node serves and takes writes. */
final class WriteProbe {
    private static final String WITNESS = "witness";
    private static final Set<String> SERVING = Set.of("master", "replica", "reserved", "delayed", "drained", WITNESS);

    private final LocalCluster cluster;
    private String lastFailure = "no answer";

    WriteProbe(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Waits until every node is open, and the master can be reached through each of them.
     *
     * @throws IOException with what the last attempt said and the ends of the proxies' logs
     */
    void await(Duration limit) throws IOException {
        if (!Await.within(limit, this::accepted)) {
            StringBuilder logs = new StringBuilder();
            for (LocalNode node : cluster.nodes()) {
                logs.append("--- proxy.log of ").append(node.name()).append('\n');
                logs.append(node.proxyLogTail()).append('\n');
            }
            throw new IOException(
                    logs + "the cluster does not accept writes after " + limit.toSeconds() + " s: " + lastFailure);
        }
    }

    private boolean accepted() throws IOException {
        for (LocalNode node : cluster.nodes()) {
            if (!node.proxyPid().isPresent()) {
                throw new IOException("the proxy of " + node.name() + " ended:\n" + node.proxyLogTail());
            }
        }
        JsonNode status = cluster.status();
        Set<String> witnesses = new HashSet<>();
        for (JsonNode node : status.path("nodes")) {
            String state = node.path("state").asText();
            if (!SERVING.contains(state)) {
                lastFailure = node.path("name").asText() + " is " + state;
                return false;
            }
            if (state.equals(WITNESS)) {
                witnesses.add(node.path("name").asText());
            }
        }
        for (LocalNode node : cluster.nodes()) {
            if (!witnesses.contains(node.name()) && !writesThrough(node)) {
                return false;
            }
        }
        return true;
    }

    /** Asks for a transaction id: only the master gives one, and nothing is left behind. */
    private boolean writesThrough(LocalNode node) {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", cluster.password());
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "10");
        String url = "jdbc:postgresql://" + node.host() + ":" + node.clientPort() + "/postgres";
        try (Connection connection = DriverManager.getConnection(url, properties);
                Statement statement = connection.createStatement()) {
            return statement.execute("select pg_current_xact_id()");
        } catch (SQLException e) {
            lastFailure = node.name() + ": " + e.getMessage();
            return false;
        }
    }
}
