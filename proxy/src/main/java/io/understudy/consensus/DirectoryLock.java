package io.understudy.consensus;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One process at a time has a node's data directory. It ends with the process, however that ends. */
final class DirectoryLock implements Closeable {
    private final FileChannel channel;

    /** @throws IOException if another one has it */
    DirectoryLock(Path directory) throws IOException {
        Files.createDirectories(directory);
        this.channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        if (tryLock() == null) {
            channel.close();
            throw new IOException(directory + " is in use by another process");
        }
    }

    private @Nullable FileLock tryLock() throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
