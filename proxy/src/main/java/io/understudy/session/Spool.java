package io.understudy.session;

import io.understudy.wire.MessageInput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The tail of a long message, kept in a file that has no name any more: it is gone when this is closed, or the process ends. Used by one thread. */
final class Spool implements AutoCloseable {
    private static final int STEP_BYTES = 1 << 16;

    private final FileChannel file;
    private final int bytes;

    private Spool(FileChannel file, int bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Takes the tail of the present message.
     *
     * @throws SessionEnd 53100 if there is no room on the disk
     * @throws IOException if the client is lost
     */
    static Spool tailOf(MessageInput in) throws IOException, SessionEnd {
        int bytes = in.length() - in.held();
        FileChannel file = open();
        try {
            in.tailTo(new Disk(file));
            return new Spool(file, bytes);
        } catch (DiskException e) {
            file.close();
            throw noRoom(e);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static FileChannel open() throws SessionEnd {
        try {
            Path path = Files.createTempFile("understudy-message-", "");
            return FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw noRoom(e);
        }
    }

    private static SessionEnd noRoom(IOException e) {
        return new SessionEnd(
                "53100",
                "a long message found no room in " + System.getProperty("java.io.tmpdir") + " of the node: "
                        + e.getMessage(),
                "Make room there.");
    }

    int bytes() {
        return bytes;
    }

    /** Writes it, as often as asked. */
    void writeTo(OutputStream out) throws IOException {
        ByteBuffer step = ByteBuffer.allocate(STEP_BYTES);
        for (long at = 0; at < bytes; ) {
            step.clear();
            int n = file.read(step, at);
            if (n < 0) {
                throw new IOException("a spooled message ends too early");
            }
            out.write(step.array(), 0, n);
            at += n;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new IllegalStateException("a spooled message could not be closed", e);
        }
    }

    /** Tells trouble with the disk from trouble with the client. */
    private static final class DiskException extends IOException {
        private static final long serialVersionUID = 1;

        DiskException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static final class Disk extends OutputStream {
        private final OutputStream file;

        Disk(FileChannel file) {
            this.file = Channels.newOutputStream(file);
        }

        @Override
        public void write(byte[] b, int off, int n) throws IOException {
            try {
                file.write(b, off, n);
            } catch (IOException e) {
                throw new DiskException(e);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }
    }
}
