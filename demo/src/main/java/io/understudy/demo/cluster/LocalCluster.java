package io.understudy.demo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster on this machine, by its directory. Every method may be called from any process at any later time; the cluster itself belongs to none.
 */
public final class LocalCluster {
    private static final String PASSWORD_FILE = "password";
    private static final Duration WRITES_LIMIT = Duration.ofSeconds(90);
    private static final int PASSWORD_BYTES = 12;

    private final Path directory;
    private final List<LocalNode> nodes;
    private final String password;

    private LocalCluster(Path directory, List<LocalNode> nodes, String password) {
        this.directory = directory;
        this.nodes = List.copyOf(nodes);
        this.password = password;
    }

    /**
     * Makes the files of a new cluster; starts nothing.
     *
     * @param directory does not exist or is empty
     * @param nodes 1..100
     * @param port client port of the first node
     */
    public static LocalCluster create(Path directory, int nodes, int port, ProxyLaunch launch) throws IOException {
        return create(directory, nodes, port, launch, List.of());
    }

    /**
     * The same with PostgreSQL servers of certain versions.
     *
     * @param majors such as 14, of the first nodes; further ones get the usual version
     * @throws IOException also if there is no embedded PostgreSQL of a version
     */
    public static LocalCluster create(Path directory, int nodes, int port, ProxyLaunch launch, List<Integer> majors)
            throws IOException {
        return create(directory, nodes, port, launch, majors, number -> Place.HERE);
    }

    /**
     * The same with nodes elsewhere than on the loopback address.
     *
     * @param places of a node by its number, from 1
     */
    public static LocalCluster create(
            Path directory, int nodes, int port, ProxyLaunch launch, List<Integer> majors, IntFunction<Place> places)
            throws IOException {
        requireEmpty(directory);
        ClusterPlan plan = ClusterPlan.make(nodes, port, places);
        String password = randomPassword();
        if (!Files.exists(directory)) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path file = Files.createFile(
                directory.resolve(PASSWORD_FILE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, password + "\n");
        // One after the other: the first may unpack and initialise what the others copy.
        for (ClusterPlan.NodePlan node : plan.nodes()) {
            int i = node.number() - 1;
            OptionalInt major = i < majors.size() ? OptionalInt.of(majors.get(i)) : OptionalInt.empty();
            LocalNode.create(node, directory, plan, password, major);
        }
        plan.write(directory);
        return open(directory, launch);
    }

    /** An existing cluster, running or not. */
    public static LocalCluster open(Path directory, ProxyLaunch launch) throws IOException {
        Path absolute = directory.toAbsolutePath();
        List<LocalNode> nodes = new ArrayList<>();
        for (ClusterPlan.NodePlan node : ClusterPlan.read(absolute).nodes()) {
            nodes.add(LocalNode.at(node, absolute, launch));
        }
        String password = Files.readString(absolute.resolve(PASSWORD_FILE)).strip();
        return new LocalCluster(absolute, nodes, password);
    }

    /** Whether there is a cluster in that directory. */
    public static boolean existsIn(Path directory) {
        return ClusterPlan.existsIn(directory);
    }

    /**
     * Starts what does not run, and returns when every node serves and writes are accepted. If that fails, what runs is stopped again.
     *
     * @param progress gets a line now and then
     */
    public void start(Consumer<String> progress) throws IOException {
        try {
            progress.accept("starting " + nodes.size() + " PostgreSQL server" + plural());
            Parallel.each(nodes, LocalNode::startPostgres);
            progress.accept("starting " + nodes.size() + (nodes.size() == 1 ? " proxy" : " proxies"));
            Parallel.each(nodes, LocalNode::startProxy);
            progress.accept("waiting for a master");
            new WriteProbe(this).await(WRITES_LIMIT);
        } catch (IOException e) {
            progress.accept("that failed; stopping what runs");
            try {
                stop();
            } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }

    /**
     * Starts what does not run, and leaves it at that: whether the cluster serves is for the caller to see.
     *
     * @throws IOException if a server does not start, or a proxy ends again
     */
    public void revive() throws IOException {
        Parallel.each(nodes, LocalNode::startPostgres);
        Parallel.each(nodes, LocalNode::launchProxy);
    }

    /** Ends every process of the cluster; its files stay. */
    public void stop() throws IOException {
        IOException failure = null;
        for (Parallel.Action<LocalNode> part :
                List.<Parallel.Action<LocalNode>>of(LocalNode::stopProxy, LocalNode::stopPostgres)) {
            try {
                Parallel.each(nodes, part);
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The cluster's status by the contract, from whoever knows most, completed by what this machine knows of processes. */
    public JsonNode status() throws IOException {
        try (AdminClient client = AdminClient.ofCluster(directory)) {
            return LocalStatus.complete(client, nodes);
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The node with that number, from 1. */
    public LocalNode node(int number) throws IOException {
        for (LocalNode n : nodes) {
            if (n.number() == number) {
                return n;
            }
        }
        throw new IOException("there is no node " + number + "; there are "
                + nodes.stream().map(LocalNode::name).collect(Collectors.joining(", ")));
    }

    public List<LocalNode> nodes() {
        return nodes;
    }

    /** Of user postgres, at the proxies and at the servers themselves. */
    public String password() {
        return password;
    }

    /** For the Understudy driver, without user and password. */
    public String jdbcUrl() {
        return nodes.stream()
                .map(n -> n.host() + ":" + n.clientPort())
                .collect(Collectors.joining(",", "jdbc:understudy://", "/postgres"));
    }

    /**
     * A connection of user postgres to one node's proxy by PostgreSQL's own driver; a node that does not answer is given up soon.
     *
     * @param answerLimit how long any answer may take, in whole seconds
     */
    public Connection connect(LocalNode node, Duration answerLimit) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("loginTimeout", "3");
        properties.setProperty("socketTimeout", Long.toString(answerLimit.toSeconds()));
        return DriverManager.getConnection(
                "jdbc:postgresql://" + node.host() + ":" + node.clientPort() + "/postgres", properties);
    }

    public Path directory() {
        return directory;
    }

    private String plural() {
        return nodes.size() == 1 ? "" : "s";
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new IOException(directory + " is not empty and has no cluster in it");
                }
            }
        }
    }

    private static String randomPassword() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
