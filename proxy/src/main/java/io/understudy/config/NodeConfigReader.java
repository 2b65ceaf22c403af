package io.understudy.config;

import io.understudy.config.ConfigException.Problem;
import io.understudy.config.NodeConfig.Advertise;
import io.understudy.config.NodeConfig.Duties;
import io.understudy.config.NodeConfig.LogLimits;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.config.NodeConfig.Postgres;
import io.understudy.config.NodeConfig.Repairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code node.yaml}. {@code docs/node.yaml} has every setting with what it means and its default.
 *
 * <p>{@code ${NAME}} in a value is replaced by that environment variable, so that passwords need not be in the file. A variable {@code UNDERSTUDY_CLIENT_PORT} that is not empty stands for the setting
 * {@code client.port}, whatever the file says; lists have commas between their elements, and {@code nodes} is {@code node1=10.0.0.1:7800,node2=10.0.0.2:7800}.
 */
public final class NodeConfigReader {
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final Pattern PEER = Pattern.compile("([^=]+)=\\[?([^=]+?)]?:(\\d{1,5})");

    static final String AUTOMATIC = "automatic";
    static final String ORDERED = "ordered";
    private static final String TRUE = "true";
    private static final String FALSE = "false";

    private final Map<String, String> environment;
    private final boolean overrides;

    private NodeConfigReader(Map<String, String> environment, boolean overrides) {
        this.environment = Map.copyOf(environment);
        this.overrides = overrides;
    }

    /** A reader that sees those environment variables. */
    public NodeConfigReader(Map<String, String> environment) {
        this(environment, true);
    }

    /** A reader that sees this process's environment. */
    public NodeConfigReader() {
        this(System.getenv(), true);
    }

    /** A reader of files of other nodes than this process's: its environment overrides nothing in them. */
    public static NodeConfigReader ofOtherNodes() {
        return new NodeConfigReader(System.getenv(), false);
    }

    /** Whether a variable of that name, in a node's environment, stands for one of its settings. */
    public static boolean isOverride(String variable) {
        SettingSource source = new SettingSource("", Map.of(), false);
        config(new Section("", YamlTree.read("{}", new ArrayList<>()), source), Path.of("node.yaml"), source);
        return source.known().keySet().stream().map(SettingSource::variableOf).anyMatch(variable::equals);
    }

    /**
     * What came of reading a file.
     *
     * @param config empty if there are problems
     * @param problems everything that is wrong, from top to bottom
     * @param doubts what is not wrong and probably not meant so
     * @param known every setting there is, by its path, and its default; empty if it has none
     */
    public record Checked(
            Optional<NodeConfig> config, List<Problem> problems, List<String> doubts, Map<String, String> known) {
        public Checked {
            problems = List.copyOf(problems);
            doubts = List.copyOf(doubts);
        }
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException if the file cannot be read or says something that cannot be: with all that is wrong
     */
    public NodeConfig read(Path file) throws ConfigException {
        return configOf(check(file));
    }

    /** Reads a file and tells everything that is wrong with it. */
    public Checked check(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                return unreadable(file + " is larger than 1 MiB");
            }
            return check(Files.readString(file), file);
        } catch (IOException e) {
            return unreadable("cannot read " + file + ": " + e);
        }
    }

    private static Checked unreadable(String why) {
        return new Checked(Optional.empty(), List.of(new Problem("", 0, why)), List.of(), Map.of());
    }

    private static NodeConfig configOf(Checked checked) throws ConfigException {
        if (checked.config().isEmpty()) {
            throw new ConfigException(checked.problems());
        }
        return checked.config().get();
    }

    /**
     * Reads the text of a file.
     *
     * @param file beside which relative paths are
     */
    NodeConfig parse(String yaml, Path file) throws ConfigException {
        return configOf(check(yaml, file));
    }

    Checked check(String yaml, Path file) {
        SettingSource source = new SettingSource(file.toString(), environment, overrides);
        List<YamlTree.Fault> faults = new ArrayList<>();
        YamlTree.Settings settings = YamlTree.read(yaml, faults);
        faults.forEach(f -> source.problem(f.line(), f.text()));
        if (settings.line() == 0) {
            return new Checked(Optional.empty(), source.problems(), List.of(), Map.of());
        }
        NodeConfig config = config(new Section("", settings, source), file, source);
        List<Problem> problems = source.problems();
        return new Checked(
                problems.isEmpty() ? Optional.of(config) : Optional.empty(),
                problems,
                source.doubtful(),
                source.known());
    }

    /** With defaults, or nothing, where something is wrong: that is noted at the source. */
    private static NodeConfig config(Section top, Path file, SettingSource source) {
        String node = top.text("node");
        List<Peer> nodes = nodes(top);
        boolean joins = top.choice("join", FALSE, TRUE).equals(TRUE);
        if (joins && nodes.size() == 1) {
            top.refuse("join", "join is true, but nodes names nobody to join");
        }
        Path data = beside(file, top, "data-directory", top.text("data-directory"));
        String database = top.text("database", "postgres");
        Section cluster = top.section("cluster");
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
                PostgresTlsReader.read(serverTls, file),
                server.choice("adopt", FALSE, TRUE).equals(TRUE));
        if (postgres.adopt() && nodes.size() > 1) {
            server.refuse(
                    "adopt",
                    "adopt is true, but nodes names others: a database is adopted by a cluster of one, to which others are added");
        }
        Optional<Peer> self = nodes.stream().filter(n -> n.name().equals(node)).findFirst();
        if (self.isEmpty() && !nodes.isEmpty() && !node.isEmpty()) {
            List<String> names = nodes.stream().map(Peer::name).toList();
            top.refuse("node", "node is " + node + ", but must be one of " + String.join(", ", names));
        }
        String clientHost = client.text("host", "0.0.0.0");
        int clientPort = client.port("port", 6432);
        int adminPort = admin.port("port", 7432);
        String ownHost = self.map(Peer::host).orElse("");
        NodeConfig config = new NodeConfig(
                node,
                nodes,
                joins,
                data,
                database,
                clientHost,
                clientPort,
                admin.text("host", "127.0.0.1"),
                adminPort,
                new Advertise(
                        advertised.text("host", Addresses.isWildcard(clientHost) ? ownHost : clientHost),
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
                duties(top),
                LogFormat.of(top.choice(LogFormat.NAME, LogFormat.TEXT_WORD, LogFormat.JSON_WORD)),
                PeerTlsReader.read(cluster.section("tls"), file));
        for (Section section :
                List.of(cluster, client, admin, advertised, server, serverTls, verification, log, tls, limits, top)) {
            section.refuseOthers();
        }
        return config;
    }

    /** That path, relative to the folder of the file. */
    static Path beside(Path file, Section section, String key, String path) {
        try {
            return file.toAbsolutePath().resolveSibling(path).normalize();
        } catch (InvalidPathException e) {
            section.refuse(key, section.name(key) + " is no path: " + e.getMessage());
            return file;
        }
    }

    private static Repairs repairs(Section top, Section verification) {
        return new Repairs(
                verification.duration("every", Repairs.DEFAULT.verifyEvery(), Duration.ZERO, Duration.ofDays(30)),
                verification.number("share", Repairs.DEFAULT.verifyShare(), 1, 100),
                top.choice("repair", AUTOMATIC, ORDERED).equals(AUTOMATIC));
    }

    private static Duties duties(Section top) {
        Duties usual = Duties.ALL;
        return new Duties(
                top.choice("reads", TRUE, FALSE).equals(TRUE),
                top.choice("mastership", TRUE, FALSE).equals(TRUE),
                top.text("zone", usual.zone()),
                top.number("weight", usual.weight(), 1, 1000),
                top.duration("delay", usual.delay(), Duration.ZERO, Duration.ofDays(7)),
                top.choice("witness", FALSE, TRUE).equals(TRUE));
    }

    private static LogLimits logLimits(Section log) {
        LogLimits usual = LogLimits.DEFAULT;
        int segment = log.number("segment", (int) (usual.segmentBytes() >> 20), 1, 1024);
        int keep = log.number("keep", Math.max((int) (usual.bytes() >> 20), 2 * segment), 2, Integer.MAX_VALUE);
        if (keep < 2 * segment) {
            log.refuse("keep", log.name("keep") + " is " + keep + ", but must be at least two segments of " + segment);
        }
        return new LogLimits(
                (long) keep << 20,
                log.duration("keep-for", usual.age(), Duration.ofMinutes(1), Duration.ofDays(36_500)),
                (long) segment << 20);
    }

    private static List<Peer> nodes(Section top) {
        List<Peer> nodes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Optional<String> override = top.override("nodes");
        for (Section section : top.sections("nodes", override.isEmpty())) {
            section.text("cluster-port");
            Peer peer = new Peer(section.text("name"), section.text("host"), section.port("cluster-port", 1));
            section.refuseOthers();
            if (!peer.name().isEmpty() && !names.add(peer.name())) {
                section.refuse("name", section.name("name") + " " + peer.name() + " is there twice");
            }
            nodes.add(peer);
        }
        return override.map(text -> nodes(top, text)).orElse(nodes);
    }

    private static List<Peer> nodes(Section top, String text) {
        List<Peer> nodes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String one : text.split(",", -1)) {
            Matcher m = PEER.matcher(one.strip());
            if (!m.matches() || Integer.parseInt(m.group(3)) < 1 || Integer.parseInt(m.group(3)) > 65535) {
                top.refuse(
                        "nodes",
                        "nodes has " + one.strip() + ", but must be like node1=10.0.0.1:7800,node2=10.0.0.2:7800");
            } else if (!names.add(m.group(1))) {
                top.refuse("nodes", "nodes has " + m.group(1) + " twice");
            } else {
                nodes.add(new Peer(m.group(1), m.group(2), Integer.parseInt(m.group(3))));
            }
        }
        return nodes;
    }
}
