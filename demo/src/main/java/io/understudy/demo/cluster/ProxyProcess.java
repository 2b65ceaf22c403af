package io.understudy.demo.cluster;

import io.understudy.config.NodeConfigReader;
import io.understudy.embedded.LinuxProcess;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** A node's proxy as a process of its own, found again by its pid file. */
final class ProxyProcess {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final int LOG_LINES = 15;

    private final Path config;
    private final Path pidFile;
    private final Path log;

    ProxyProcess(Path nodeDirectory) {
        config = nodeDirectory.resolve("node.yaml");
        pidFile = nodeDirectory.resolve("proxy.pid");
        log = nodeDirectory.resolve("proxy.log");
    }

    /** Starts the process, if none runs; it may not serve yet when this returns. */
    void start(ProxyLaunch launch) throws IOException {
        if (running()) {
            return;
        }
        ProcessBuilder builder = new ProcessBuilder(launch.command(config))
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        // What is meant for one node would be taken by all of them.
        builder.environment().keySet().removeIf(NodeConfigReader::isOverride);
        Process process = builder.start();
        Files.writeString(pidFile, process.pid() + "\n");
        Await.until(
                "the process of " + config,
                KILL_LIMIT,
                () -> LinuxProcess.runs(process.pid(), config) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException("the proxy of " + config + " did not start:\n" + logTail());
        }
    }

    /** Tells it to end, waits up to 10 s, then kills it. Nothing happens if it does not run. */
    void stop() throws IOException {
        stop(STOP_LIMIT);
    }

    /** The same, with that much time before it is killed. */
    void stop(Duration limit) throws IOException {
        OptionalLong pid = pid();
        if (pid.isPresent()) {
            ProcessHandle.of(pid.getAsLong()).ifPresent(ProcessHandle::destroy);
            if (!Await.within(limit, () -> !running())) {
                kill();
            }
        }
        Files.deleteIfExists(pidFile);
    }

    /** SIGKILL; returns when it is dead. The pid file stays. */
    void kill() throws IOException {
        OptionalLong pid = pid();
        if (pid.isPresent()) {
            ProcessHandle.of(pid.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
            Await.until("the end of process " + pid.getAsLong(), KILL_LIMIT, () -> !running());
        }
    }

    boolean running() throws IOException {
        return pid().isPresent();
    }

    OptionalLong pid() throws IOException {
        try {
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            return LinuxProcess.runs(pid, config) ? OptionalLong.of(pid) : OptionalLong.empty();
        } catch (NoSuchFileException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    String logTail() throws IOException {
        if (!Files.exists(log)) {
            return "(no log)";
        }
        try (var lines = Files.lines(log, java.nio.charset.StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - LOG_LINES), all.size()));
        }
    }
}
