package io.understudy.consensus;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The newest entries' bytes, up to a number of bytes. Written by the store's thread, read by any. */
final class TailCache {
    private final long bytesMax;
    private final ConcurrentHashMap<Long, Payload> payloads = new ConcurrentHashMap<>();
    private long first = 1;
    private long next = 1;
    private long bytes;

    TailCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void add(long index, Payload payload) {
        if (payloads.isEmpty()) {
            first = index;
        }
        payloads.put(index, payload);
        bytes += payload.length() + 64L;
        next = index + 1;
    }

    /** Drops the oldest until the rest fits, but nothing above {@code written}: that could not be read from disk yet. */
    void shrink(long written) {
        while (bytes > bytesMax && first < next && first <= written) {
            remove(first++);
        }
    }

    void truncateFrom(long index) {
        while (next > index && next > first) {
            remove(--next);
        }
    }

    byte @Nullable [] get(long index) {
        Payload payload = payloads.get(index);
        return payload == null ? null : payload.bytes();
    }

    private void remove(long index) {
        Payload payload = payloads.remove(index);
        if (payload != null) {
            payload.drop();
            bytes -= payload.length() + 64L;
        }
    }
}
