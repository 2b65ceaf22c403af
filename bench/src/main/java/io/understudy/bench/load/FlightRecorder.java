package io.understudy.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** Records what another JVM spends processor time on, by the jcmd of this one's JDK. */
public final class FlightRecorder implements AutoCloseable {
    private static final String NAME = "bench";
    /** Samples by processor time, of native code too; of Linux since Java 25. */
    private static final String SAMPLE = "jdk.CPUTimeSample";

    private final long pid;
    private boolean running = true;

    /** Starts recording. */
    public FlightRecorder(long pid) throws IOException {
        this.pid = pid;
        jcmd(
                pid,
                "JFR.start",
                "name=" + NAME,
                "settings=profile",
                "+" + SAMPLE + "#enabled=true",
                "+" + SAMPLE + "#throttle=10ms");
    }

    /**
     * What was seen.
     *
     * @param samples with a stack
     * @param lost that have none: the JVM could not walk it at that moment
     * @param byPlace samples by where in the product they were: the innermost frame of ours, as package.Class.method, else the thread's outermost
     * @param byPackage the same by package of ours; "JVM and libraries" where there is no frame of ours
     * @param byTop by innermost frame of all
     */
    public record Profile(
            long samples, long lost, Map<String, Long> byPlace, Map<String, Long> byPackage, Map<String, Long> byTop) {}

    /** Ends recording and reads it. */
    public Profile stop(Path file) throws IOException {
        jcmd(pid, "JFR.dump", "name=" + NAME, "filename=" + file);
        close();
        Map<String, Long> places = new HashMap<>();
        Map<String, Long> packages = new HashMap<>();
        Map<String, Long> tops = new HashMap<>();
        long samples = 0;
        long lost = 0;
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                RecordedStackTrace trace = event.getStackTrace();
                if (!event.getEventType().getName().equals(SAMPLE)) {
                    continue;
                }
                if (trace == null || trace.getFrames().isEmpty()) {
                    lost++;
                } else {
                    samples++;
                    count(trace.getFrames(), places, packages, tops);
                }
            }
        } finally {
            Files.deleteIfExists(file);
        }
        return new Profile(samples, lost, places, packages, tops);
    }

    @Override
    public void close() throws IOException {
        if (running) {
            running = false;
            jcmd(pid, "JFR.stop", "name=" + NAME);
        }
    }

    /** What the JVM in that process says to an order of jcmd. */
    public static String jcmd(long pid, String... order) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid)));
        command.addAll(List.of(order));
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (p.waitFor() != 0 || said.contains("Could not start recording")) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void count(
            List<RecordedFrame> frames, Map<String, Long> places, Map<String, Long> packages, Map<String, Long> tops) {
        tops.merge(name(frames.getFirst()), 1L, Long::sum);
        for (RecordedFrame frame : frames) {
            String type = frame.getMethod().getType().getName();
            if (type.startsWith("io.understudy.")) {
                places.merge(name(frame), 1L, Long::sum);
                packages.merge(packageOf(type), 1L, Long::sum);
                return;
            }
        }
        places.merge("(" + name(frames.getLast()) + ")", 1L, Long::sum);
        packages.merge(library(frames), 1L, Long::sum);
    }

    /** Of frames without any of ours: the library that the outermost frame but the JDK's belongs to. */
    private static String library(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames.reversed()) {
            String type = frame.getMethod().getType().getName();
            if (type.startsWith("org.jgroups.")) {
                return "JGroups";
            }
            if (type.startsWith("io.microraft.")) {
                return "MicroRaft";
            }
            if (type.startsWith("org.postgresql.")) {
                return "pgjdbc";
            }
        }
        return "the JVM and its schedulers";
    }

    private static String packageOf(String type) {
        String[] parts = type.split("\\.");
        return parts[2];
    }

    private static String name(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.replaceFirst("^io\\.understudy\\.", "") + "."
                + frame.getMethod().getName();
    }
}
