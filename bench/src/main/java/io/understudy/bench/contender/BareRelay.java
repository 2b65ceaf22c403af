package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import io.understudy.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@link Relay} before the server of {@link Direct}: what any proxy on virtual threads costs at least. */
final class BareRelay {
    private BareRelay() {}

    static InFront start(Path directory, Direct behind) throws IOException {
        Plain.folder(directory);
        Target server = behind.target();
        Target target = new Target("127.0.0.1", FreePorts.one(), server.password());
        // The same options as a local cluster's proxies have.
        Child process = Child.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms128m",
                        "-Xmn64m",
                        "-Xmx768m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Relay.class.getName(),
                        Integer.toString(target.port()),
                        server.host(),
                        Integer.toString(server.port())),
                directory.resolve("relay.log"));
        return InFront.serving(
                new InFront.Told(
                        "bare relay",
                        "none: a connection for each client",
                        "copies bytes, before the server of direct"),
                process,
                target,
                behind);
    }
}
