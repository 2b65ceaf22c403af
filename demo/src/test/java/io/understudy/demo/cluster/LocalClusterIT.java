package io.understudy.demo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.embedded.Directories;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The launcher with real PostgreSQL servers, and a stub in place of the proxy. */
class LocalClusterIT {
    private static final ProxyLaunch STUB = ProxyLaunch.of(StubNode.class.getName());

    private final List<String> progress = new ArrayList<>();
    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("understudy-cluster-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void leaveNothing() throws IOException {
        if (LocalCluster.existsIn(directory)) {
            LocalCluster.open(directory, STUB).stop();
        }
        assertThat(processesOf(directory)).isEmpty();
        Directories.delete(directory);
    }

    @Test
    void aClusterOfThreeHasFilesPortsAndDurableServersByTheContract() throws Exception {
        int port = StubCluster.freePort();
        LocalCluster cluster = LocalCluster.create(directory, 3, port, STUB);
        cluster.start(progress::add);

        String password = Files.readString(directory.resolve("password")).strip();
        assertThat(password).isEqualTo(cluster.password()).isNotEmpty();
        for (int i = 1; i <= 3; i++) {
            Path node = directory.resolve("node" + i);
            long proxy =
                    Long.parseLong(Files.readString(node.resolve("proxy.pid")).strip());
            long postgres = Long.parseLong(
                    Files.readAllLines(node.resolve("postgres.pid")).getFirst());
            assertThat(ProcessHandle.of(proxy)).isPresent();
            assertThat(postgres)
                    .isEqualTo(Long.parseLong(Files.readAllLines(node.resolve("pgdata/postmaster.pid"))
                            .getFirst()));
            assertThat(node.resolve("proxy.log")).exists();
            assertThat(node.resolve("postgres.log")).exists();
            try (Connection connection = connect(port + i - 1, password)) {
                assertThat(show(connection, "fsync")).isEqualTo("on");
                assertThat(show(connection, "full_page_writes")).isEqualTo("on");
            }
        }
        JsonNode status = cluster.status();
        assertThat(status.get("epoch").asLong()).isEqualTo(1);
        assertThat(status.get("lastIndex").asLong()).isEqualTo(5);
        assertThat(status.get("nodes")).hasSize(3);
        JsonNode first = status.get("nodes").get(0);
        assertThat(first.get("name").asText()).isEqualTo("node1");
        assertThat(first.get("role").asText()).isEqualTo("master");
        assertThat(first.get("clientPort").asInt()).isEqualTo(port);
        assertThat(first.get("adminPort").asInt()).isEqualTo(port + 1000);
        assertThat(first.get("lagEntries").asLong()).isZero();
        assertThat(first.get("postgresPort").asText())
                .isEqualTo(Files.readAllLines(directory.resolve("node1/pgdata/postmaster.pid"))
                        .get(3));
        assertThat(progress).isNotEmpty();
    }

    @Test
    void partsOfANodeAreKilledAndStartedWhereTheyWere() throws Exception {
        int port = StubCluster.freePort();
        LocalCluster cluster = LocalCluster.create(directory, 2, port, STUB);
        cluster.start(progress::add);
        LocalNode node = cluster.node(1);

        node.killProxy();
        assertThat(node.proxyPid()).isEmpty();
        JsonNode dead = cluster.status().get("nodes").get(0);
        assertThat(dead.get("state").asText()).isEqualTo("unreachable");
        assertThat(dead.get("role").asText()).isEqualTo("unknown");
        node.startProxy();
        assertThat(cluster.status().get("nodes").get(0).get("role").asText()).isEqualTo("master");

        node.killPostgres();
        assertThat(node.postgres().running()).isFalse();
        node.startPostgres();
        try (Connection connection = connect(node.clientPort(), cluster.password())) {
            assertThat(show(connection, "port")).isEqualTo(Integer.toString(node.postgresPort()));
        }

        cluster.stop();
        cluster.stop();
        assertThat(processesOf(directory)).isEmpty();
        assertThat(LocalStatus.reachable(cluster.status())).isFalse();
        LocalCluster.open(directory, STUB).start(progress::add);
        assertThat(LocalStatus.reachable(cluster.status())).isTrue();
        assertThatThrownBy(() -> cluster.node(3)).hasMessageContaining("there is no node 3");
    }

    @Test
    void aProxyThatDoesNotStartIsSaidWithItsLogAndNothingStaysBehind() throws Exception {
        List<String> command = new ArrayList<>(STUB.command());
        command.add(2, "-Dstub.broken=node2");
        LocalCluster cluster = LocalCluster.create(directory, 2, StubCluster.freePort(), new ProxyLaunch(command));
        assertThatThrownBy(() -> cluster.start(progress::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("node2")
                .hasMessageContaining("this stub is broken on purpose");
        assertThat(processesOf(directory)).isEmpty();
    }

    @Test
    void aPortInUseOrADirectoryInUseIsRefusedBeforeAnythingIsMade() throws Exception {
        int port = StubCluster.freePort();
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.1", port + 1));
            assertThatThrownBy(() -> LocalCluster.create(directory, 2, port, STUB))
                    .hasMessageContaining("port " + (port + 1) + " is in use");
        }
        assertThat(directory).isEmptyDirectory();
        Files.writeString(directory.resolve("thesis.txt"), "precious");
        assertThatThrownBy(() -> LocalCluster.create(directory, 2, port, STUB)).hasMessageContaining("not empty");
        assertThat(directory).isDirectoryContaining(f -> f.endsWith("thesis.txt"));
    }

    private static List<String> processesOf(Path directory) {
        return ProcessHandle.allProcesses()
                .flatMap(p -> p.info().commandLine().stream())
                .filter(line -> line.contains(directory.toString()))
                .toList();
    }

    private static Connection connect(int port, String password) throws Exception {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", password);
    }

    private static String show(Connection connection, String setting) throws Exception {
        try (ResultSet row = connection.createStatement().executeQuery("show " + setting)) {
            row.next();
            return row.getString(1);
        }
    }
}
