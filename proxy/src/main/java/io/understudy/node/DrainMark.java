package io.understudy.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Whether this node is being looked after and takes no work: a file of its data directory, so that it stays so when its proxy is restarted.
 *
 * <p>On disk before {@link #set} returns. Any thread.
 */
final class DrainMark {
    private final Path file;
    private volatile boolean on;

    private DrainMark(Path file) {
        this.file = file;
        this.on = Files.exists(file);
    }

    /** @param directory of the node's data; exists */
    static DrainMark in(Path directory) {
        return new DrainMark(directory.resolve("drained"));
    }

    boolean isOn() {
        return on;
    }

    /** @throws IOException if it cannot be made durable; then nothing changes */
    synchronized void set(boolean drained) throws IOException {
        if (drained) {
            Files.write(file, new byte[0], StandardOpenOption.CREATE);
        } else {
            Files.deleteIfExists(file);
        }
        try (FileChannel directory =
                FileChannel.open(file.toAbsolutePath().resolveSibling("."), StandardOpenOption.READ)) {
            directory.force(true);
        }
        on = drained;
    }
}
