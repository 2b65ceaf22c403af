package io.understudy.consensus;

import java.io.IOException;

/** What is on disk cannot be what was once made durable. The node must not go on with it, and must not vote. */
final class CorruptLogException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptLogException(Disk disk, String file, long offset, String what) {
        super("file " + file + " in " + disk + " is damaged at offset " + offset + ": " + what);
    }
}
