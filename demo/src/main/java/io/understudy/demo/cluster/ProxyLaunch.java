package io.understudy.demo.cluster;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a proxy's process is started.
 *
 * @param command up to the main class; {@code node --config FILE} follows
 */
public record ProxyLaunch(List<String> command) {
    private static final String MAIN = "io.understudy.Main";
    private static final long HEAP_MEGABYTES_MIN = 768;
    private static final long HEAP_MEGABYTES_MAX = 2048;

    public ProxyLaunch {
        command = List.copyOf(command);
    }

    /** With the Java of this process, the class path that {@code understudy.classpath} names, or this process's, and from the cache that {@code understudy.aot} names. */
    public static ProxyLaunch likeThisProcess() {
        String cache = System.getProperty("understudy.aot", "");
        return proxy(
                cache.isEmpty() ? List.of() : List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off", "-Xlog:cds*=off"));
    }

    /** As usual, and at its orderly end the process writes what later ones start from; see {@link Rehearsal}. */
    static ProxyLaunch recording(Path cache) {
        return proxy(List.of("-XX:AOTCacheOutput=" + cache));
    }

    private static ProxyLaunch proxy(List<String> options) {
        return of(MAIN, options, System.getProperty("understudy.classpath", System.getProperty("java.class.path")));
    }

    /** Another program in a proxy's place, of this process's class path. */
    static ProxyLaunch of(String mainClass) {
        return of(mainClass, List.of(), System.getProperty("java.class.path"));
    }

    private static ProxyLaunch of(String mainClass, List<String> options, String classPath) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        // A session of its own, so that Ctrl-C in the terminal ends the launcher and not the cluster. Small, because
        // several share a machine.
        List<String> command = new ArrayList<>(List.of("setsid", java.toString()));
        command.addAll(options);
        if (Boolean.getBoolean("understudy.short-lived")) {
            // A process that lives for a minute spends more on the second compiler than it gets back.
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(List.of(
                "-Xms128m",
                "-Xmn64m",
                "-Xmx" + heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                mainClass));
        return new ProxyLaunch(command);
    }

    /** Several nodes and their servers share the machine: a tenth of it each, within what a node can do with. */
    private static long heapMegabytes() {
        long tenth = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize() / 10;
        return Math.clamp(tenth >> 20, HEAP_MEGABYTES_MIN, HEAP_MEGABYTES_MAX);
    }

    /** The same, entered by a command. */
    ProxyLaunch within(List<String> enter) {
        return new ProxyLaunch(Stream.concat(enter.stream(), command.stream()).toList());
    }

    /** The same with these before everything else on the class path. */
    public ProxyLaunch patched(List<Path> classes) {
        List<String> patched = new ArrayList<>(command);
        int path = patched.indexOf("-cp") + 1;
        String first = classes.stream().map(c -> c + File.pathSeparator).collect(Collectors.joining());
        patched.set(path, first + patched.get(path));
        return new ProxyLaunch(patched);
    }

    List<String> command(Path config) {
        return Stream.concat(command.stream(), Stream.of("node", "--config", config.toString()))
                .toList();
    }
}
