package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import io.understudy.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** PgBouncer before the server of {@link Direct}. */
final class PgBouncer {
    private PgBouncer() {}

    static InFront start(Path directory, Direct behind) throws IOException {
        String program = Programs.find("pgbouncer").toString();
        Plain.folder(directory);
        Target server = behind.target();
        Target target = new Target("127.0.0.1", FreePorts.one(), server.password());
        Path settings = directory.resolve("pgbouncer.ini");
        Files.writeString(directory.resolve("users.txt"), "\"postgres\" \"\"\n");
        Files.writeString(
                settings, """
                [databases]
                postgres = host=%s port=%d user=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = session
                max_client_conn = 500
                default_pool_size = 100
                ignore_startup_parameters = extra_float_digits
                """.formatted(server.host(), server.port(), target.port(), directory.resolve("users.txt")));
        Child.handOver(directory);
        Child process = Child.start(
                Child.unprivileged(List.of(program, settings.toString())), directory.resolve("pgbouncer.log"));
        return InFront.serving(
                new InFront.Told(
                        "PgBouncer", "100 (default_pool_size)", "session pooling, before the server of direct"),
                process,
                target,
                behind);
    }
}
