package io.understudy.consensus;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One directory of files, as little of it as the store needs, so that a simulated one can forget what was not forced. Names have no path.
 */
interface Disk {

    List<String> names() throws IOException;

    /** Opens a file for reading and writing, made if it is not there. */
    File open(String name) throws IOException;

    void delete(String name) throws IOException;

    /** Puts a file in the place of another, atomically. */
    void rename(String from, String to) throws IOException;

    /** Makes what was created, deleted and renamed durable. */
    void force() throws IOException;

    /** A file; writes are durable after {@link #force}. Reads may come from many threads, writes from one at a time. */
    interface File extends Closeable {
        long size() throws IOException;

        /** Reads until the buffer is full or the file ends; returns how many bytes it read. */
        int read(ByteBuffer into, long position) throws IOException;

        /** Writes all of the buffer. */
        void write(ByteBuffer from, long position) throws IOException;

        void truncate(long size) throws IOException;

        void force() throws IOException;
    }
}
