package io.understudy.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A control group that lets the processes in it have a share of one processor and no more. */
public final class ProcessorShare implements AutoCloseable {
    /** The second version's hierarchy, alone or beside the first one's. */
    private static final List<Path> SECOND = List.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"));

    private static final Path FIRST = Path.of("/sys/fs/cgroup/cpu");
    private static final int PERIOD_MICROS = 20_000;
    private static final String PROCESSES = "cgroup.procs";

    private final Path group;
    private final boolean second;

    /**
     * How often the group was held back.
     *
     * @param times periods in which it had used up its share
     * @param seconds that it was held back, all threads together
     */
    public record Throttling(long times, double seconds) {}

    private ProcessorShare(Path group, boolean second) {
        this.group = group;
        this.second = second;
    }

    /** Why there can be no such groups here, empty if there can. */
    public static Optional<String> obstacle() {
        if (root().isPresent()) {
            return Optional.empty();
        }
        return Optional.of("no control group for processors can be made here (it takes root, and a writable "
                + SECOND.getFirst() + " with the controller cpu)");
    }

    /**
     * Makes a group.
     *
     * @param percent of one processor
     */
    public static ProcessorShare make(String name, int percent) throws IOException {
        Path root = root().orElseThrow(() -> new IOException(obstacle().orElse("")));
        boolean second = !root.equals(FIRST);
        Path group = Files.createDirectory(root.resolve(name));
        ProcessorShare made = new ProcessorShare(group, second);
        long quota = PERIOD_MICROS * (long) percent / 100;
        if (second) {
            write(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
        } else {
            write(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
            write(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
        }
        return made;
    }

    /** Puts processes in; what they start from then on is in, too. */
    public void add(List<Long> pids) throws IOException {
        for (long pid : pids) {
            try {
                write(group.resolve(PROCESSES), Long.toString(pid));
            } catch (IOException e) {
                // One that has ended meanwhile needs no bound.
                if (ProcessHandle.of(pid).isPresent()) {
                    throw e;
                }
            }
        }
    }

    /** Since it was made. */
    public Throttling throttling() throws IOException {
        long times = 0;
        double seconds = 0;
        for (String line : Files.readAllLines(group.resolve("cpu.stat"))) {
            String[] pair = line.split(" ");
            switch (pair[0]) {
                case "nr_throttled" -> times = Long.parseLong(pair[1]);
                case "throttled_usec" -> seconds = Long.parseLong(pair[1]) / 1e6;
                case "throttled_time" -> seconds = Long.parseLong(pair[1]) / 1e9;
                default -> {
                    // Not asked for.
                }
            }
        }
        return new Throttling(times, seconds);
    }

    /** Lets everything out and removes the group. */
    @Override
    public void close() throws IOException {
        for (String pid : new ArrayList<>(Files.readAllLines(group.resolve(PROCESSES)))) {
            try {
                write(group.resolveSibling(PROCESSES), pid);
            } catch (IOException e) {
                if (ProcessHandle.of(Long.parseLong(pid)).isPresent()) {
                    throw e;
                }
            }
        }
        Files.delete(group);
    }

    private static Optional<Path> root() {
        for (Path candidate : SECOND) {
            Path control = candidate.resolve("cgroup.subtree_control");
            try {
                if (Files.isWritable(control)
                        && Files.readString(candidate.resolve("cgroup.controllers"))
                                .contains("cpu ")) {
                    write(control, "+cpu");
                    return Optional.of(candidate);
                }
            } catch (IOException e) {
                // The next one may do.
            }
        }
        return Files.isWritable(FIRST.resolve("cpu.cfs_quota_us")) ? Optional.of(FIRST) : Optional.empty();
    }

    private static void write(Path file, String value) throws IOException {
        Files.writeString(file, value, StandardOpenOption.WRITE);
    }
}
