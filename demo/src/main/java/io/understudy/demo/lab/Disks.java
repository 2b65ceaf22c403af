package io.understudy.demo.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file system of its own (ext4 in an image file) for each node's directory, which can be full, stand still, and be slow to force what was written. Not safe for use
 * by several threads.
 */
public final class Disks implements AutoCloseable {
    private static final long BYTES = 1_500L << 20;
    private static final String FILLER = "filler";
    private static final Pattern IMAGE = Pattern.compile("(/dev/loop\\d+) +(/\\S*/understudy-disk-(\\d+)-\\d+\\.img)");
    private static final Duration SLOW = Duration.ofMillis(300);
    private static final Duration BETWEEN = Duration.ofMillis(20);
    /** What the file system needs for itself; the rest is written until there is no room. */
    private static final long ROUNDED_OFF = 4 << 20;

    private static final int DD_SECONDS = 60;

    private final Path directory;
    private final List<Path> mounted = new ArrayList<>();
    private final List<Thread> slowing = new ArrayList<>();

    private Disks(Path directory) {
        this.directory = directory;
    }

    /** Why there can be no such disks here; empty if there can. */
    public static Optional<String> obstacle() {
        if (!Privilege.isRoot()) {
            return Optional.of("disk faults need root, who alone mounts file systems");
        }
        Optional<String> program = Stream.of(
                        "mkfs.ext4", "mount", "umount", "fsfreeze", "losetup", "cp", "dd", "fallocate")
                .filter(p -> !Shell.has(p))
                .findFirst()
                .map(p -> "disk faults need the program " + p);
        return program.isPresent() || Files.exists(Path.of("/dev/loop-control"))
                ? program
                : Optional.of("disk faults need loop devices");
    }

    /**
     * Puts the nodes' directories, as they are, on disks of their own.
     *
     * @param directory of a cluster of which nothing runs
     * @param nodes how many it has
     */
    public static Disks make(Path directory, int nodes) throws IOException {
        removeLeftOver();
        Disks disks = new Disks(directory);
        try {
            for (int n = 1; n <= nodes; n++) {
                disks.add(n);
            }
        } catch (IOException e) {
            disks.close();
            throw e;
        }
        return disks;
    }

    private void add(int number) throws IOException {
        Path image =
                directory.resolve("understudy-disk-" + ProcessHandle.current().pid() + "-" + number + ".img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        // No share that only root may use: the proxy is root here, and its disk shall be full too.
        Shell.run("mkfs.ext4 -q -F -m 0 " + image);
        Path node = node(number);
        Path aside = directory.resolve("aside" + number);
        Files.move(node, aside);
        Files.createDirectory(node);
        Shell.run("mount -o loop " + image + " " + node);
        mounted.add(node);
        Shell.run("cp -a " + aside + "/. " + node);
        io.understudy.embedded.Directories.delete(aside);
    }

    /** Nothing more can be written to the node's disk. */
    public void fill(int number) throws IOException {
        Path filler = node(number).resolve(FILLER);
        long left = Files.getFileStore(node(number)).getUsableSpace() - ROUNDED_OFF;
        Shell.run("fallocate -l " + left + " " + filler);
        Process writing = new ProcessBuilder(
                        "dd", "if=/dev/zero", "of=" + filler, "bs=4k", "oflag=append", "conv=notrunc")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            // It ends with "no space left".
            if (!writing.waitFor(DD_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the disk of node " + number + " is not full after " + DD_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            writing.destroyForcibly();
        }
    }

    /** What is written to the node's disk waits, and so does who forces it, until {@link #heal}. */
    public void stall(int number) throws IOException {
        Shell.run("fsfreeze -f " + node(number));
    }

    /** Forcing what was written to the node's disk takes up to 300 ms. */
    public void slow(int number) {
        slowing.add(Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Shell.run("fsfreeze -f " + node(number));
                    Thread.sleep(SLOW);
                } catch (IOException | InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    Shell.quietly("fsfreeze -u " + node(number));
                }
                if (!Thread.currentThread().isInterrupted()) {
                    try {
                        Thread.sleep(BETWEEN);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            }
        }));
    }

    /** All disks are as they were. */
    public void heal() throws IOException {
        for (Thread thread : slowing) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        slowing.clear();
        for (Path node : mounted) {
            // Of one that does not stand still it is refused.
            Shell.quietly("fsfreeze -u " + node);
            Files.deleteIfExists(node.resolve(FILLER));
        }
    }

    /** Copies the nodes' logs to where they stay when the disks go: {@code DIR/logs}. */
    public void keepLogs() throws IOException {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        for (Path node : mounted) {
            for (String name : List.of("proxy.log", "postgres.log")) {
                if (Files.exists(node.resolve(name))) {
                    Files.copy(
                            node.resolve(name),
                            logs.resolve(node.getFileName() + "-" + name),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /** Takes the disks away, with all that is on them. Processes that use them must have ended. */
    @Override
    public void close() {
        for (Path node : List.copyOf(mounted)) {
            Shell.quietly("fsfreeze -u " + node);
            Shell.attempt("umount -l " + node);
            mounted.remove(node);
        }
    }

    /** What runs left that were killed themselves. */
    private static void removeLeftOver() throws IOException {
        for (String line : Shell.run("losetup -l -n -O NAME,BACK-FILE").lines().toList()) {
            Matcher image = IMAGE.matcher(line);
            if (image.lookingAt()
                    && ProcessHandle.of(Long.parseLong(image.group(3))).isEmpty()) {
                Shell.attempt("umount -l " + image.group(1));
            }
        }
    }

    private Path node(int number) {
        return directory.resolve("node" + number);
    }
}
