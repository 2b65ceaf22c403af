package io.understudy.demo.cluster;

import io.understudy.config.ConfigException;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfig.Advertise;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.config.NodeConfig.Postgres;
import io.understudy.config.NodeConfigReader;
import io.understudy.config.NodeConfigWriter;
import io.understudy.config.PeerTls;
import io.understudy.demo.cluster.ClusterPlan.NodePlan;
import io.understudy.embedded.LinuxProcess;
import io.understudy.embedded.PostgresServer;
import io.understudy.tls.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One node: a directory, a proxy and a PostgreSQL server. Different nodes may be used by different threads at once.
 */
public final class LocalNode {
    private static final Duration SERVING_LIMIT = Duration.ofSeconds(60);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    private final NodePlan plan;
    private final Path directory;
    private final ProxyLaunch launch;
    private final PostgresServer postgres;
    private final ProxyProcess proxy;

    private LocalNode(NodePlan plan, Path directory, ProxyLaunch launch, PostgresServer postgres) {
        this.plan = plan;
        this.directory = directory;
        this.launch = launch;
        this.postgres = postgres;
        this.proxy = new ProxyProcess(directory);
    }

    /** Makes the node's files; starts nothing. */
    static void create(NodePlan plan, Path cluster, ClusterPlan all, String password, OptionalInt major)
            throws IOException {
        create(plan, cluster, all, password, major, false);
    }

    /** @param joins whether it joins the other nodes, which run already */
    static void create(NodePlan plan, Path cluster, ClusterPlan all, String password, OptionalInt major, boolean joins)
            throws IOException {
        Path directory = cluster.resolve(plan.name());
        Files.createDirectory(directory);
        // The PostgreSQL server may run as another user, who must be able to enter.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        String host = plan.where().host();
        NodeConfig config = new NodeConfig(
                plan.name(),
                all.nodes().stream()
                        .map(n -> new Peer(n.name(), n.where().host(), n.clusterPort()))
                        .toList(),
                directory.resolve("data"),
                "postgres",
                host,
                plan.clientPort(),
                host,
                plan.adminPort(),
                new Advertise(host, plan.clientPort(), plan.adminPort()),
                new Postgres(host, plan.postgresPort(), "postgres", password),
                Duration.ofSeconds(3),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                100,
                checkStatements());
        Path file = directory.resolve("node.yaml");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, NodeConfigWriter.toYaml(joins ? config.joining() : config));
        Path data = directory.resolve("pgdata");
        Path log = directory.resolve("postgres.log");
        if (major.isPresent()) {
            PostgresServer.create(data, log, password, major.getAsInt());
        } else {
            PostgresServer.create(data, log, password);
        }
        if (!plan.where().equals(Place.HERE)) {
            // Its own rules let in what comes from the loopback address only.
            Files.writeString(
                    data.resolve("pg_hba.conf"), "host all all all scram-sha-256\n", StandardOpenOption.APPEND);
        }
    }

    /** Tests compare every statement that is replayed. */
    private static int checkStatements() {
        String every = System.getenv("UNDERSTUDY_CHECK_STATEMENTS");
        return every == null ? 100 : Integer.parseInt(every);
    }

    static LocalNode at(NodePlan plan, Path cluster, ProxyLaunch launch) throws IOException {
        Path directory = cluster.resolve(plan.name());
        PostgresServer postgres = PostgresServer.at(directory.resolve("pgdata"), directory.resolve("postgres.log"))
                .within(plan.where().enter());
        return new LocalNode(plan, directory, launch.within(plan.where().enter()), postgres);
    }

    /** Starts the PostgreSQL server on its port; returns when it accepts connections. */
    public void startPostgres() throws IOException {
        postgres.start(
                plan.postgresPort(), Map.of("listen_addresses", plan.where().host()));
        Files.copy(
                postgres.directory().resolve("postmaster.pid"),
                directory.resolve("postgres.pid"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Starts the proxy; returns when its administration API answers. It may not be open for clients yet.
     *
     * @throws IOException with the last lines of its log if it ends or does not answer
     */
    public void startProxy() throws IOException {
        startProxy(launch);
    }

    void startProxy(ProxyLaunch launch) throws IOException {
        proxy.start(launch);
        boolean answers = Await.within(SERVING_LIMIT, () -> !proxy.running() || answers("/health/live"));
        if (!answers || !proxy.running()) {
            throw new IOException("the proxy of " + plan.name() + (answers ? " ended" : " does not answer")
                    + "; the end of " + directory.resolve("proxy.log") + ":\n" + proxy.logTail());
        }
    }

    /** Starts the proxy's process, and does not wait for it to answer. */
    void launchProxy() throws IOException {
        proxy.start(launch);
    }

    /** SIGKILL to the proxy. */
    public void killProxy() throws IOException {
        proxy.kill();
    }

    /** Ends the proxy in an orderly way. */
    public void stopProxy() throws IOException {
        proxy.stop();
    }

    /** The same, with that much time before it is killed. */
    public void stopProxy(Duration limit) throws IOException {
        proxy.stop(limit);
    }

    /** SIGKILL to the postmaster. */
    public void killPostgres() throws IOException {
        postgres.kill();
    }

    /** Ends the PostgreSQL server in an orderly way. */
    public void stopPostgres() throws IOException {
        postgres.stop();
        Files.deleteIfExists(directory.resolve("postgres.pid"));
    }

    /** Stops the proxy's time (SIGSTOP): it neither answers nor closes a connection until {@link #thaw}. */
    public void freezeProxy() throws IOException {
        OptionalLong pid = proxy.pid();
        if (pid.isPresent()) {
            LinuxProcess.freeze(List.of(pid.getAsLong()));
        }
    }

    /** Stops the time of the PostgreSQL server with all its processes. */
    public void freezePostgres() throws IOException {
        LinuxProcess.freeze(postgres.processes());
    }

    /** Stops the time of the postmaster alone: what is connected goes on, nobody new gets in. */
    public void freezePostmaster() throws IOException {
        OptionalLong pid = postgres.pid();
        if (pid.isPresent()) {
            LinuxProcess.freeze(List.of(pid.getAsLong()));
        }
    }

    /** Everything of this node goes on that was frozen. */
    public void thaw() throws IOException {
        OptionalLong pid = proxy.pid();
        if (pid.isPresent()) {
            LinuxProcess.thaw(List.of(pid.getAsLong()));
        }
        LinuxProcess.thaw(postgres.processes());
    }

    /** Process id of the running proxy. */
    public OptionalLong proxyPid() throws IOException {
        return proxy.pid();
    }

    /** The PostgreSQL server itself. */
    public PostgresServer postgres() {
        return postgres;
    }

    public String name() {
        return plan.name();
    }

    /** The node's number, from 1. */
    public int number() {
        return plan.number();
    }

    /** The address that its proxy and its server listen on. */
    public String host() {
        return plan.where().host();
    }

    public int clientPort() {
        return plan.clientPort();
    }

    public int adminPort() {
        return plan.adminPort();
    }

    public int postgresPort() {
        return plan.postgresPort();
    }

    /** Its administration API. */
    public URI admin() {
        return URI.create("http://" + host() + ":" + adminPort());
    }

    /** Whether its proxy has ended within that time. */
    boolean awaitEnd(Duration limit) throws IOException {
        return Await.within(limit, () -> !proxy.running());
    }

    /** The last lines of the proxy's log. */
    String proxyLogTail() throws IOException {
        return proxy.logTail();
    }

    /** Whether the proxy's administration API answers that with 200. */
    boolean answers(String path) {
        try (HttpClient http = client()) {
            URI uri = URI.create(
                    (encrypted().isPresent() ? "https://" : "http://") + host() + ":" + plan.adminPort() + path);
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | ConfigException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private HttpClient client() throws IOException, ConfigException {
        Optional<PeerTls> tls = encrypted();
        return tls.isEmpty()
                ? HttpClient.newHttpClient()
                : HttpClient.newBuilder().sslContext(Trust.in(tls.get().ca())).build();
    }

    private Optional<PeerTls> encrypted() throws ConfigException {
        return new NodeConfigReader()
                .read(directory.resolve("node.yaml"))
                .adminAccess()
                .tls();
    }
}
