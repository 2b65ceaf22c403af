package io.understudy.backend;

import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a query in memory, bounded: too large a result is read to its end and forgotten. */
final class Rows {
    private static final long BYTES_MAX = 1L << 28;

    private final List<@Nullable String[]> list = new ArrayList<>();
    private long bytes;

    void add(MessageInput in, Charset charset) throws IOException {
        bytes += in.length();
        if (bytes > BYTES_MAX) {
            list.clear();
            in.skip();
            return;
        }
        list.add(in.streamed() ? large(in.copy(), charset) : row(in, charset));
    }

    /** @throws ServerError 54000 if they were too large */
    List<@Nullable String[]> all() throws ServerError {
        if (bytes > BYTES_MAX) {
            throw new ServerError(
                    ErrorFields.error("54000", "result of " + bytes + " bytes is too large for the proxy", ""), 0);
        }
        return list;
    }

    private static @Nullable String[] row(MessageInput in, Charset charset) throws IOException {
        @Nullable String[] row = new @Nullable String[in.int16()];
        for (int i = 0; i < row.length; i++) {
            int n = in.int32();
            row[i] = n < 0 ? null : in.text(n, charset);
        }
        return row;
    }

    private static @Nullable String[] large(byte[] message, Charset charset) {
        ByteBuffer b = ByteBuffer.wrap(message).position(5);
        @Nullable String[] row = new @Nullable String[b.getShort()];
        for (int i = 0; i < row.length; i++) {
            int n = b.getInt();
            if (n >= 0) {
                row[i] = new String(message, b.position(), n, charset);
                b.position(b.position() + n);
            }
        }
        return row;
    }
}
