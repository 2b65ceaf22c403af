package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import io.understudy.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** pgpool-II with native replication over three servers: it sends every write to all of them. */
public final class Pgpool implements Contender {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final int SERVERS = 3;

    private final Child process;
    private final Target target;
    private final List<Plain> servers;

    private Pgpool(Child process, Target target, List<Plain> servers) {
        this.process = process;
        this.target = target;
        this.servers = List.copyOf(servers);
    }

    public static Pgpool start(Path directory) throws IOException {
        String program = Programs.find("pgpool").toString();
        Plain.folder(directory);
        List<Plain> servers = new ArrayList<>();
        try {
            for (int i = 1; i <= SERVERS; i++) {
                servers.add(Plain.start(directory.resolve("server" + i), Map.of()));
            }
            List<Integer> ports = FreePorts.several(2);
            Target target = new Target("127.0.0.1", ports.getFirst(), "bench");
            Path own = directory.resolve("pgpool");
            Plain.folder(own);
            Path settings = own.resolve("pgpool.conf");
            Files.writeString(settings, settings(own, ports, servers));
            Files.writeString(own.resolve("pcp.conf"), "");
            Files.writeString(own.resolve("pool_hba.conf"), "");
            Child.handOver(own);
            Child process = Child.start(
                    Child.unprivileged(List.of(
                            program,
                            "-D",
                            "-n",
                            "-f",
                            settings.toString(),
                            "-F",
                            own.resolve("pcp.conf").toString(),
                            "-a",
                            own.resolve("pool_hba.conf").toString())),
                    directory.resolve("pgpool.log"));
            Pgpool started = new Pgpool(process, target, servers);
            try {
                process.await("pgpool-II", START_LIMIT, () -> target.connect().close());
                return started;
            } catch (IOException e) {
                process.close();
                throw e;
            }
        } catch (IOException e) {
            Plain.closeAll(servers);
            throw e;
        }
    }

    private static String settings(Path own, List<Integer> ports, List<Plain> servers) {
        StringBuilder text =
                new StringBuilder("""
                backend_clustering_mode = 'native_replication'
                listen_addresses = '127.0.0.1'
                port = %d
                pcp_port = %d
                unix_socket_directories = '%s'
                pcp_socket_dir = '%s'
                socket_dir = '%s'
                pid_file_name = '%s/pgpool.pid'
                logdir = '%s'
                num_init_children = 100
                max_pool = 1
                load_balance_mode = on
                enable_pool_hba = off
                """.formatted(ports.getFirst(), ports.getLast(), own, own, own, own, own));
        for (int i = 0; i < servers.size(); i++) {
            text.append("backend_hostname%d = '127.0.0.1'%nbackend_port%d = %d%nbackend_weight%d = 1%n"
                    .formatted(i, i, servers.get(i).port(), i));
        }
        return text.toString();
    }

    @Override
    public String name() {
        return "pgpool-II";
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public List<Target> servers() {
        return servers.stream().map(Plain::target).toList();
    }

    @Override
    public String pool() {
        return "100 (num_init_children)";
    }

    @Override
    public String remark() {
        return "native replication, load balancing on";
    }

    @Override
    public void close() throws IOException {
        process.close();
        Plain.closeAll(servers);
    }
}
