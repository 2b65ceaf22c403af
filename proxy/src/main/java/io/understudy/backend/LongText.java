package io.understudy.backend;

import java.io.IOException;
import java.io.OutputStream;

/** A text parameter that is never in memory as a whole. */
public interface LongText {
    /** Its length, at most 1 GB. */
    int bytes();

    /** Writes it, in the connection's encoding. A failure costs the connection. */
    void writeTo(OutputStream out) throws IOException;
}
