package io.understudy.config;

import io.understudy.config.NodeConfig.Advertise;
import io.understudy.config.NodeConfig.Duties;
import io.understudy.config.NodeConfig.LogLimits;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.config.NodeConfig.Postgres;
import io.understudy.config.NodeConfig.Repairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads {@code node.yaml}. {@code ${NAME}} in a value is replaced by that environment variable, so that passwords need not be in the file.
 *
 * <pre>{@code
 * node: node1                     # one of the nodes below
 * nodes:                          # every voting node, the same list on all of them
 *   - {name: node1, host: 10.0.0.1, cluster-port: 7800}
 *   - {name: node2, host: 10.0.0.2, cluster-port: 7800}
 *   - {name: node3, host: 10.0.0.3, cluster-port: 7800}
 * data-directory: /var/lib/understudy      # log, votes and identity; relative to the file
 * database: postgres              # the database that is replicated
 * client: {host: 0.0.0.0, port: 6432, networks: [10.0.0.0/8]}    # where clients may be; by default anywhere
 * admin: {host: 127.0.0.1, port: 7432}      # below it, users: a list of {name, role: viewer or operator, password}; tls: {certificate, key, ca}
 * advertise: {host: 10.0.0.1, client-port: 6432, admin-port: 7432}   # where clients and people reach this node
 * postgres: {host: 127.0.0.1, port: 5432, user: postgres, password: "${POSTGRES_PASSWORD}"}
 *   # its tls: {mode: off, ca: root.pem}, or require, verify-ca, verify-full: of connections to this server and the other nodes'
 * failure-detection: 3s           # 200ms to 60s
 * read-wait: 100ms                # 0ms to 60s
 * commit-wait: 10s                # 100ms to 10m
 * pool-size: 100                  # connections to PostgreSQL, 5 to 10000
 * check-statements: 100           # every so many statement-form entries of a kind replicas compare what came of one; 1: of all, 0: of none
 * verification: {every: 1m, share: 10}    # all nodes are compared so often in the background, 0s: never; percent of that time spent reading
 * log: {keep: 4096, keep-for: 7d, segment: 64}    # the oldest part is removed when there is more (MiB) or it is older; size of its files (MiB)
 * tls:                            # of clients' connections
 *   mode: off                     # allow: encrypted if they ask for it; require: refused if not
 *   certificate: server.crt       # PEM, the node's first, then who signed it; relative to the file; no default
 *   key: server.key               # PEM, without a password; no default
 *   client-ca: clients.crt        # who signs clients' certificates; none: no certificate is asked for
 *   client-certificate: optional  # verify-ca: each client must show one; verify-full: with the user as its common name
 * limits: {connections: 10000, reserved: 3, per-user: 0, login-time: 60s}   # of clients: at once, of them for superusers, of one user (0: all)
 * reads: true                     # false: only this node's own clients read from its PostgreSQL
 * mastership: true                # false: master only where no other node can be
 * zone: ""                        # reads prefer nodes of the zone of the node that the client is connected to
 * weight: 1                       # how many reads it takes where an equal node of weight 1 takes one, 1 to 1000
 * delay: 0s                       # how far its database is kept behind the others', up to 7d; then it takes no reads and is never master
 * repair: automatic               # of a node that differs; or ordered: only by understudy resync
 * }</pre>
 *
 * What is shown is the default, except for node, nodes, data-directory, postgres.password, cluster-port and the files of tls, which have none. What is advertised is by default the
 * client host and the two ports, and for a client host that means every address, the node's own host among {@code nodes}.
 */
public final class NodeConfigReader {
    private static final int FILE_BYTES_MAX = 1 << 20;

    static final String AUTOMATIC = "automatic";
    static final String ORDERED = "ordered";
    private static final String TRUE = "true";
    private static final String FALSE = "false";

    private final UnaryOperator<@Nullable String> environment;

    /**
     * Makes a reader.
     *
     * @param environment value of an environment variable, null if it is not set
     */
    public NodeConfigReader(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    /** A reader that sees this process's environment. */
    public NodeConfigReader() {
        this(System::getenv);
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException if the file cannot be read or says something that cannot be
     */
    public NodeConfig read(Path file) throws ConfigException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new ConfigException(file + " is larger than 1 MiB");
            }
            return parse(Files.readString(file), file);
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + e);
        } catch (ConfigException e) {
            throw new ConfigException(file + ": " + e.getMessage());
        }
    }

    /**
     * Reads the text of a file.
     *
     * @param file beside which a relative data directory is
     */
    NodeConfig parse(String yaml, Path file) throws ConfigException {
        Section top = new Section("", load(yaml), environment);
        String node = top.text("node");
        List<Peer> nodes = nodes(top);
        Path data =
                file.toAbsolutePath().resolveSibling(top.text("data-directory")).normalize();
        String database = top.text("database", "postgres");
        Section client = top.section("client");
        Section admin = top.section("admin");
        Section advertised = top.section("advertise");
        Section server = top.section("postgres");
        Section serverTls = server.section("tls");
        Section verification = top.section("verification");
        Section log = top.section("log");
        Section tls = top.section("tls");
        Section limits = top.section("limits");
        Postgres postgres = new Postgres(
                server.text("host", "127.0.0.1"),
                server.port("port", 5432),
                server.text("user", "postgres"),
                server.text("password"),
                PostgresTlsReader.read(serverTls, file));
        Peer self = nodes.stream()
                .filter(n -> n.name().equals(node))
                .findFirst()
                .orElseThrow(() -> new ConfigException("node is " + node + ", but must be one of "
                        + String.join(", ", nodes.stream().map(Peer::name).toList())));
        String clientHost = client.text("host", "0.0.0.0");
        int clientPort = client.port("port", 6432);
        int adminPort = admin.port("port", 7432);
        NodeConfig config = new NodeConfig(
                node,
                nodes,
                data,
                database,
                clientHost,
                clientPort,
                admin.text("host", "127.0.0.1"),
                adminPort,
                new Advertise(
                        advertised.text("host", Addresses.isWildcard(clientHost) ? self.host() : clientHost),
                        advertised.port("client-port", clientPort),
                        advertised.port("admin-port", adminPort)),
                postgres,
                top.duration(
                        "failure-detection", Duration.ofSeconds(3), Duration.ofMillis(200), Duration.ofSeconds(60)),
                top.duration("read-wait", Duration.ofMillis(100), Duration.ZERO, Duration.ofSeconds(60)),
                top.duration("commit-wait", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(10)),
                top.number("pool-size", 100, 5, 10_000),
                top.number("check-statements", 100, 0, 1_000_000),
                repairs(top, verification),
                logLimits(log),
                new ClientAccess(ClientAccessReader.tls(tls, file), ClientAccessReader.limits(client, limits)),
                AdminAccessReader.read(admin, file),
                duties(top));
        for (Section section :
                List.of(client, admin, advertised, server, serverTls, verification, log, tls, limits, top)) {
            section.refuseOthers();
        }
        return config;
    }

    private static Repairs repairs(Section top, Section verification) throws ConfigException {
        return new Repairs(
                verification.duration("every", Repairs.DEFAULT.verifyEvery(), Duration.ZERO, Duration.ofDays(30)),
                verification.number("share", Repairs.DEFAULT.verifyShare(), 1, 100),
                top.choice("repair", AUTOMATIC, ORDERED).equals(AUTOMATIC));
    }

    private static Duties duties(Section top) throws ConfigException {
        Duties usual = Duties.ALL;
        return new Duties(
                top.choice("reads", TRUE, FALSE).equals(TRUE),
                top.choice("mastership", TRUE, FALSE).equals(TRUE),
                top.text("zone", usual.zone()),
                top.number("weight", usual.weight(), 1, 1000),
                top.duration("delay", usual.delay(), Duration.ZERO, Duration.ofDays(7)));
    }

    private static LogLimits logLimits(Section log) throws ConfigException {
        LogLimits usual = LogLimits.DEFAULT;
        int segment = log.number("segment", (int) (usual.segmentBytes() >> 20), 1, 1024);
        int keep = log.number("keep", Math.max((int) (usual.bytes() >> 20), 2 * segment), 2, Integer.MAX_VALUE);
        if (keep < 2 * segment) {
            throw new ConfigException(
                    log.name("keep") + " is " + keep + ", but must be at least two segments of " + segment);
        }
        return new LogLimits(
                (long) keep << 20,
                log.duration("keep-for", usual.age(), Duration.ofMinutes(1), Duration.ofDays(36_500)),
                (long) segment << 20);
    }

    private static List<Peer> nodes(Section top) throws ConfigException {
        List<Peer> nodes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section section : top.sections("nodes")) {
            section.text("cluster-port");
            Peer peer = new Peer(section.text("name"), section.text("host"), section.port("cluster-port", 1));
            section.refuseOthers();
            if (!names.add(peer.name())) {
                throw new ConfigException(section.name("name") + " " + peer.name() + " is there twice");
            }
            nodes.add(peer);
        }
        return nodes;
    }

    private static Map<?, ?> load(String yaml) throws ConfigException {
        try {
            LoadSettings settings =
                    LoadSettings.builder().setAllowDuplicateKeys(false).build();
            if (new Load(settings).loadFromString(yaml) instanceof Map<?, ?> map) {
                return map;
            }
            throw new ConfigException("not a YAML mapping of settings");
        } catch (YamlEngineException e) {
            throw new ConfigException("not valid YAML: " + e.getMessage());
        }
    }
}
