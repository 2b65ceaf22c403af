package io.understudy.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.config.AdminAccess;
import io.understudy.config.ClientAccess;
import io.understudy.config.LogFormat;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfig.Advertise;
import io.understudy.config.NodeConfig.Duties;
import io.understudy.config.NodeConfig.LogLimits;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.config.NodeConfig.Postgres;
import io.understudy.config.NodeConfig.Repairs;
import io.understudy.embedded.FreePorts;
import io.understudy.node.ProxyNode;
import io.understudy.node.TamperedLog;
import io.understudy.testing.DisposablePostgres;
import io.understudy.testing.DisposablePostgres.Logins;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Three complete nodes in this process, each with a PostgreSQL server of its own, and a hand on what each one's replay sees of the log. */
final class InProcessCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Map<String, String> SETTINGS =
            Map.of("max_connections", "100", "max_prepared_transactions", "100", "shared_buffers", "32MB");

    /** What a node says of itself. */
    record State(String role, String state, long applied, long last) {}

    private static final class Node {
        final TamperedLog log = new TamperedLog();
        final DisposablePostgres server;
        final NodeConfig config;
        final ProxyNode proxy;
        final AdminClient admin;

        Node(DisposablePostgres server, NodeConfig config) throws IOException {
            this.server = server;
            this.config = config;
            this.proxy = log.start(config);
            this.admin = new AdminClient(
                    List.of(URI.create("http://127.0.0.1:" + config.adminPort())),
                    config.postgres().password());
        }

        void close() {
            admin.close();
            proxy.close();
            server.close();
        }
    }

    private final Path directory;
    private final List<Integer> ports;
    private final List<Peer> peers = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private String password = "";

    private InProcessCluster(Path directory) throws IOException {
        this.directory = directory;
        this.ports = FreePorts.several(3 * NODES);
        for (int i = 0; i < NODES; i++) {
            peers.add(new Peer(name(i), "127.0.0.1", ports.get(i)));
        }
    }

    private static String name(int node) {
        return "n" + (node + 1);
    }

    /** @param directory of the nodes' logs; to be deleted by whoever made it */
    static InProcessCluster start(Path directory) throws IOException {
        InProcessCluster cluster = new InProcessCluster(directory);
        try {
            for (int i = 0; i < NODES; i++) {
                cluster.nodes.add(cluster.node(i));
            }
            cluster.awaitServing();
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private Node node(int i) throws IOException {
        DisposablePostgres server = DisposablePostgres.start(SETTINGS, Logins.SCRAM);
        try {
            if (password.isEmpty()) {
                password = server.password();
            }
            adopt(server);
            NodeConfig config = new NodeConfig(
                    name(i),
                    peers,
                    false,
                    directory.resolve(name(i)),
                    server.database(),
                    "127.0.0.1",
                    ports.get(NODES + i),
                    "127.0.0.1",
                    ports.get(2 * NODES + i),
                    new Advertise("127.0.0.1", ports.get(NODES + i), ports.get(2 * NODES + i)),
                    new Postgres(server.host(), server.port(), server.user(), password),
                    // Of three nodes in one busy process none is ever silent for long because it is dead.
                    Duration.ofSeconds(20),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(30),
                    40,
                    1,
                    // what a test spoils stays until it has been found
                    new Repairs(Duration.ZERO, 100, false),
                    LogLimits.DEFAULT,
                    ClientAccess.DEFAULT,
                    AdminAccess.DEFAULT,
                    Duties.ALL,
                    LogFormat.TEXT,
                    Optional.empty());
            return new Node(server, config);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** All servers of a cluster have the same superuser with the same password. */
    private void adopt(DisposablePostgres server) throws IOException {
        if (!server.password().equals(password)) {
            try (Connection c = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password())) {
                c.createStatement().execute("alter role " + server.user() + " password '" + password + "'");
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }
    }

    private void awaitServing() {
        await().atMost(START_LIMIT).ignoreExceptions().until(() -> {
            List<String> states = states().stream().map(State::state).toList();
            return states.contains("master") && List.of("master", "replica").containsAll(states);
        });
    }

    int size() {
        return NODES;
    }

    /** @param node from 0 */
    Connection client(int node, Family.Protocol protocol) throws SQLException {
        Properties p = login();
        p.setProperty("preferQueryMode", protocol.queryMode);
        p.setProperty("prepareThreshold", Integer.toString(protocol.prepareThreshold));
        p.setProperty("allowEncodingChanges", "true");
        // longer than any wait of the cluster's own: what takes longer hangs
        p.setProperty("socketTimeout", "60");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + ports.get(NODES + node) + "/"
                        + nodes.get(node).server.database(),
                p);
    }

    /** A superuser's to the server itself, past the proxy. */
    Connection server(int node) throws SQLException {
        return DriverManager.getConnection(nodes.get(node).server.jdbcUrl(), login());
    }

    private Properties login() {
        Properties p = new Properties();
        p.setProperty("user", nodes.getFirst().server.user());
        p.setProperty("password", password);
        return p;
    }

    List<State> states() throws IOException {
        List<State> states = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            JsonNode status = nodes.get(i).admin.status();
            for (JsonNode node : status.path("nodes")) {
                if (node.path("name").asText().equals(name(i))) {
                    states.add(new State(
                            node.path("role").asText(),
                            node.path("state").asText(),
                            node.path("appliedIndex").asLong(),
                            status.path("lastIndex").asLong()));
                }
            }
        }
        assertThat(states).hasSameSizeAs(nodes);
        return states;
    }

    int master() throws IOException {
        return states().stream().map(State::role).toList().indexOf("master");
    }

    TamperedLog log(int node) {
        return nodes.get(node).log;
    }

    /** Repairs the nodes that disagreed with the log. */
    void repairQuarantined() throws IOException {
        List<State> states = states();
        for (int i = 0; i < NODES; i++) {
            if (states.get(i).state().equals("quarantined")) {
                repair(i);
            }
        }
    }

    /** Has a node's database made equal to the others'. */
    void repair(int node) throws IOException {
        String before = repairs(node);
        log(node).heal();
        nodes.get(node).admin.post("/api/v1/resync?node=" + name(node));
        await().atMost(START_LIMIT)
                .ignoreExceptions()
                .until(() -> states().get(node).state().equals("replica")
                        && !repairs(node).equals(before));
    }

    /** How often a node was repaired. */
    private String repairs(int node) throws IOException {
        for (JsonNode one : nodes.get(node).admin.status().path("nodes")) {
            if (one.path("name").asText().equals(name(node))) {
                return one.path("repairs").asText();
            }
        }
        return "";
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
