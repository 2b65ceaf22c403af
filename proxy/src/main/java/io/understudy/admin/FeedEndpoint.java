package io.understudy.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.ServiceUnavailableResponse;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.TruncatedLogException;
import io.understudy.signin.Token;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * {@code GET /api/v1/feed?from=}: what is committed, entry by entry from an index on (without one, from now on), as lines of JSON that go on as long as the connection is there. 410 and the first index
 * there is if the log has that one no more; a line of kind {@code gone} if that happens to who reads too slowly.
 *
 * <h2>Order</h2>
 * Only entries that count, in the order of the log, each once. Who is cut off asks again from the index after the last one it has; any node tells the same.
 *
 * <h2>Bounds</h2>
 * One entry, or one chunk of a large one, is in memory at a time: who reads slowly is waited for, until the server gives the connection up. There are at most {@value #READERS_MAX} readers.
 *
 * <h2>Threads</h2>
 * The request's own, virtual.
 */
final class FeedEndpoint implements Handler, AutoCloseable {
    private static final int READERS_MAX = 16;
    private static final Duration SILENCE_MAX = Duration.ofSeconds(2);
    private static final Duration LOOK_AT_MOST = Duration.ofMillis(200);

    private final ChangeLog log;
    private final SignIns signIns;
    private final Semaphore places = new Semaphore(READERS_MAX);
    private final ObjectMapper mapper = new ObjectMapper();
    private volatile boolean closed;

    FeedEndpoint(ChangeLog log, SignIns signIns) {
        this.log = log;
        this.signIns = signIns;
    }

    @Override
    public void handle(Context context) throws IOException, InterruptedException {
        long from = Range.number(context, "from", log.lastIndex() + 1, 1, Long.MAX_VALUE);
        if (!places.tryAcquire()) {
            throw new ServiceUnavailableResponse("already " + READERS_MAX + " read the feed of this node; ask another");
        }
        try {
            ChangeLog.Cursor cursor = log.after(from - 1);
            context.contentType("application/x-ndjson");
            // Javalin's own stream keeps what is short, to see whether it is worth compressing.
            send(cursor, context.res().getOutputStream(), Caller.session(context));
        } catch (TruncatedLogException e) {
            context.status(410).json(Map.of("error", String.valueOf(e.getMessage()), "firstIndex", e.firstIndex()));
        } finally {
            places.release();
        }
    }

    private void send(ChangeLog.Cursor cursor, OutputStream out, Optional<Token> session)
            throws IOException, InterruptedException {
        write(out, FeedJson.heartbeat(cursor.index()));
        out.flush();
        long said = System.nanoTime();
        while (!closed && session.map(signIns::isValid).orElse(true)) {
            try {
                Optional<Entry> entry = cursor.next(Duration.ZERO);
                if (entry.isEmpty()) {
                    out.flush();
                    entry = cursor.next(LOOK_AT_MOST);
                }
                if (entry.isPresent()) {
                    tell(cursor, entry.get(), out);
                    said = System.nanoTime();
                } else if (System.nanoTime() - said > SILENCE_MAX.toNanos()) {
                    write(out, FeedJson.heartbeat(cursor.index()));
                    out.flush();
                    said = System.nanoTime();
                }
            } catch (TruncatedLogException e) {
                write(out, FeedJson.gone(e.firstIndex()));
                out.flush();
                return;
            }
        }
    }

    private void tell(ChangeLog.Cursor cursor, Entry entry, OutputStream out) throws IOException {
        if (entry instanceof Entry.Transaction t && t.form() instanceof Form.Chunks c) {
            for (int number = 0; number < c.indexes().size(); number++) {
                write(out, FeedJson.chunk(cursor.index(), t, number, cursor.chunk(t, number)));
            }
        }
        write(out, FeedJson.of(cursor.index(), entry));
    }

    private void write(OutputStream out, ObjectNode line) throws IOException {
        out.write(mapper.writeValueAsBytes(line));
        out.write('\n');
    }

    /** All feeds end soon. */
    @Override
    public void close() {
        closed = true;
    }
}
