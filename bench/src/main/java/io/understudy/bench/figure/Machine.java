package io.understudy.bench.figure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What figures were measured on.
 *
 * @param processor its model
 * @param cores that programs may use
 * @param memoryMegabytes of all
 * @param fsyncMicros median time to write 8 kB to the end of a file and have it on disk, where the contenders' files are
 * @param busyPercent of all cores' time that others used just before
 */
public record Machine(
        String processor,
        int cores,
        long memoryMegabytes,
        String kernel,
        String java,
        double fsyncMicros,
        double busyPercent) {
    private static final int FSYNCS = 50;
    private static final int BLOCK = 8192;
    private static final long LOOK_MILLIS = 3_000;

    /**
     * Looks at this machine, for some seconds.
     *
     * @param directory on the disk that counts
     */
    public static Machine look(Path directory) throws IOException {
        long[] before = ticks();
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        long[] after = ticks();
        double busy = 100.0 * (after[0] - before[0]) / Math.max(1, after[1] - before[1]);
        return new Machine(
                field(Path.of("/proc/cpuinfo"), "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(field(Path.of("/proc/meminfo"), "MemTotal").replaceAll("[^0-9]", "")) / 1024,
                "Linux "
                        + Files.readString(Path.of("/proc/sys/kernel/osrelease"))
                                .strip()
                                .replaceAll("^(\\d+\\.\\d+).*", "$1"),
                "Java " + Runtime.version().feature(),
                fsync(directory),
                busy);
    }

    /** In a sentence. */
    public String words() {
        return String.format(
                "%s, %d cores, %.1f GB of memory, %s, %s; 8 kB are on disk after %.0f µs (median of %d); others used %.0f %% of the processors just before",
                processor, cores, memoryMegabytes / 1024.0, kernel, java, fsyncMicros, FSYNCS, busyPercent);
    }

    private static double fsync(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "fsync", "");
        List<Double> micros = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FSYNCS; i++) {
                long begun = System.nanoTime();
                channel.write(ByteBuffer.allocate(BLOCK));
                channel.force(false);
                micros.add((System.nanoTime() - begun) / 1e3);
            }
        } finally {
            Files.delete(file);
        }
        return Statistics.median(micros);
    }

    /** Busy and all ticks of all cores since boot. */
    private static long[] ticks() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
            String[] fields = lines.findFirst().orElseThrow().trim().split("\\s+");
            long all = 0;
            for (int i = 1; i <= 8; i++) {
                all += Long.parseLong(fields[i]);
            }
            long idle = Long.parseLong(fields[4]) + Long.parseLong(fields[5]);
            return new long[] {all - idle, all};
        }
    }

    private static String field(Path file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(l -> l.startsWith(name))
                    .map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("0");
        }
    }
}
