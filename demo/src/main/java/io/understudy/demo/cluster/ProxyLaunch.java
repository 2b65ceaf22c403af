package io.understudy.demo.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a proxy's process is started.
 *
 * @param command up to the main class; {@code node --config FILE} follows
 */
public record ProxyLaunch(List<String> command) {
    private static final String MAIN = "io.understudy.Main";

    public ProxyLaunch {
        command = List.copyOf(command);
    }

    /** With the Java and the class path of this process. */
    public static ProxyLaunch likeThisProcess() {
        return of(MAIN);
    }

    static ProxyLaunch of(String mainClass) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        // A session of its own, so that Ctrl-C in the terminal ends the launcher and not the cluster. Small, because
        // several share a machine.
        return new ProxyLaunch(List.of(
                "setsid",
                java.toString(),
                "-Xms64m",
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("understudy.classpath", System.getProperty("java.class.path")),
                mainClass));
    }

    List<String> command(Path config) {
        return Stream.concat(command.stream(), Stream.of("node", "--config", config.toString()))
                .toList();
    }
}
