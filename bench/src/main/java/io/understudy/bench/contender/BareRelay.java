package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import io.understudy.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@link Relay} before the server of {@link Direct}: what any proxy on virtual threads costs at least. */
public final class BareRelay implements Contender {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Child process;
    private final Target target;
    private final Direct behind;

    private BareRelay(Child process, Target target, Direct behind) {
        this.process = process;
        this.target = target;
        this.behind = behind;
    }

    public static BareRelay start(Path directory, Direct behind) throws IOException {
        Plain.folder(directory);
        Target server = behind.target();
        Target target = new Target("127.0.0.1", FreePorts.one(), server.password());
        // The same options as a local cluster's proxies have.
        Child process = Child.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms64m",
                        "-Xmx768m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Relay.class.getName(),
                        Integer.toString(target.port()),
                        server.host(),
                        Integer.toString(server.port())),
                directory.resolve("relay.log"));
        BareRelay started = new BareRelay(process, target, behind);
        try {
            process.await("the bare relay", START_LIMIT, () -> target.connect().close());
            return started;
        } catch (IOException e) {
            started.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "bare relay";
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public List<Target> servers() {
        return behind.servers();
    }

    @Override
    public String pool() {
        return "none: a connection for each client";
    }

    @Override
    public String remark() {
        return "copies bytes, before the server of direct";
    }

    @Override
    public void close() {
        process.close();
    }
}
