package io.understudy.testing;

import com.github.dockerjava.api.DockerClient;
import io.understudy.embedded.FreePorts;
import io.understudy.embedded.PostgresServer;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A container of the official image, or of one that behaves like it. */
final class ContainerSource implements DisposablePostgres {
    private static final String HOST = "127.0.0.1";
    private static final String HBA_FILE = "/etc/understudy/pg_hba.conf";
    private static final long SHARED_MEMORY_BYTES = 256L << 20;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final PostgreSQLContainer container;
    private final int port;
    private final String password;

    private ContainerSource(PostgreSQLContainer container, int port, String password) {
        this.container = container;
        this.port = port;
        this.password = password;
    }

    static ContainerSource start(Source.Container source, Map<String, String> settings, Logins logins)
            throws IOException {
        DockerImageName image = DockerImageName.parse(source.image()).asCompatibleSubstituteFor("postgres");
        PostgreSQLContainer container = new PostgreSQLContainer(image);
        String password = UUID.randomUUID().toString();
        ContainerSource server = new ContainerSource(container, FreePorts.one(), password);
        container.withUsername(server.user()).withPassword(password).withDatabaseName(server.database());
        container.withEnv("LANG", "C.UTF-8");
        // A fixed port, because a container that is started again would get another one.
        container.setPortBindings(List.of(HOST + ":" + server.port + ":" + PostgreSQLContainer.POSTGRESQL_PORT));
        container.withSharedMemorySize(SHARED_MEMORY_BYTES);
        container.withCommand(server.command(settings, logins).toArray(String[]::new));
        container.withCopyToContainer(Transferable.of("local all all trust\nhost all all all trust\n", 0644), HBA_FILE);
        container.waitingFor(server.new Connects());
        try {
            container.start();
            return server;
        } catch (RuntimeException e) {
            container.stop();
            throw new IOException("no container of " + source.image() + " starts", e);
        }
    }

    private List<String> command(Map<String, String> settings, Logins logins) {
        Map<String, String> all = new TreeMap<>(PostgresServer.defaultSettings());
        // Those are for a server on this machine; the image listens where its clients are.
        all.keySet().removeAll(List.of("listen_addresses", "unix_socket_directories"));
        all.putAll(settings);
        if (logins == Logins.TRUST) {
            all.put("hba_file", HBA_FILE);
        }
        List<String> command = new ArrayList<>(List.of("postgres"));
        all.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command;
    }

    /** Not by the log, in which a test's settings may have nothing written. */
    private final class Connects extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {
            awaitConnections();
        }
    }

    private void awaitConnections() {
        Instant giveUp = Instant.now().plus(START_LIMIT);
        while (true) {
            try {
                DriverManager.getConnection(jdbcUrl() + "?connectTimeout=2&loginTimeout=3", user(), password)
                        .close();
                return;
            } catch (SQLException e) {
                if (Instant.now().isAfter(giveUp)) {
                    throw new IllegalStateException(
                            "PostgreSQL in a container accepts no connection: " + container.getLogs(), e);
                }
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    private boolean running() {
        return Boolean.TRUE.equals(docker().inspectContainerCmd(container.getContainerId())
                .exec()
                .getState()
                .getRunning());
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public void kill() {
        if (running()) {
            docker().killContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public void restart() {
        if (running()) {
            docker().stopContainerCmd(container.getContainerId()).exec();
        }
        docker().startContainerCmd(container.getContainerId()).exec();
        awaitConnections();
    }

    @Override
    public void close() {
        container.stop();
    }
}
