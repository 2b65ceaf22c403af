package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import io.understudy.embedded.FreePorts;
import io.understudy.embedded.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A PostgreSQL server of a contender, set up like all others, that lets everybody on this machine in. */
record Plain(PostgresServer server, Path directory, int port) implements AutoCloseable {
    private static final String PASSWORD = "bench";

    /** Makes one and starts it. */
    static Plain start(Path directory, Map<String, String> settings) throws IOException {
        folder(directory);
        PostgresServer server =
                PostgresServer.create(directory.resolve("pgdata"), directory.resolve("postgres.log"), PASSWORD);
        Files.writeString(server.directory().resolve("pg_hba.conf"), """
                host all all 127.0.0.1/32 trust
                host replication all 127.0.0.1/32 trust
                """);
        return started(server, directory, settings);
    }

    /** A copy of a server that is stopped, to become its standby. */
    static Plain standby(Plain primary, Path directory, Map<String, String> settings) throws IOException {
        folder(directory);
        Path data = directory.resolve("pgdata");
        Child.run(List.of("cp", "-a", primary.server().directory().toString(), data.toString()));
        Files.createFile(data.resolve("standby.signal"));
        return started(PostgresServer.at(data, directory.resolve("postgres.log")), directory, settings);
    }

    private static Plain started(PostgresServer server, Path directory, Map<String, String> settings)
            throws IOException {
        int port = FreePorts.one();
        server.start(port, new HashMap<>(settings));
        // Servers outlive whoever started them, unless told to stop.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> abandon(server), "stop-postgres-" + port));
        return new Plain(server, directory, port);
    }

    private static void abandon(PostgresServer server) {
        try {
            server.stop();
        } catch (IOException e) {
            System.err.println("bench: " + server.directory() + " could not be stopped: " + e.getMessage());
        }
    }

    Target target() {
        return new Target("127.0.0.1", port, PASSWORD);
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }

    static void folder(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static void closeAll(List<Plain> servers) throws IOException {
        for (Plain p : new ArrayList<>(servers).reversed()) {
            p.close();
        }
    }
}
