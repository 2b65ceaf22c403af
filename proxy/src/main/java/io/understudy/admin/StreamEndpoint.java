package io.understudy.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.ServiceUnavailableResponse;
import io.javalin.http.sse.SseClient;
import io.javalin.http.sse.SseHandler;
import io.understudy.signin.Token;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/v1/stream}: what happens, as server-sent events.
 *
 * <ul>
 *   <li>{@code status}: as {@code /api/v1/status}, after every change, at most five times a second, and every two seconds anyway: who hears nothing for longer has lost the
 *       node;
 *   <li>{@code elections}: as {@code /api/v1/elections}, at first and after every change;
 *   <li>{@code signed-out}: the session is over, and with it the stream;
 *   <li>{@code bye}: the node stops, and with it the stream.
 * </ul>
 *
 * <h2>Threads</h2>
 * A virtual one per listener, so that one who reads slowly keeps nobody waiting. There are at most {@value #LISTENERS_MAX}.
 */
final class StreamEndpoint implements Handler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamEndpoint.class);
    private static final int LISTENERS_MAX = 64;
    private static final long SILENCE_MILLIS_MAX = 2_000;
    private static final long PAUSE_MILLIS = 200;
    private static final long GOODBYE_MILLIS_MAX = 1_000;

    private final LiveStatus live;
    private final ElectionFeed elections;
    private final SignIns signIns;
    private final Semaphore places = new Semaphore(LISTENERS_MAX);
    private final ObjectMapper mapper = new ObjectMapper();
    private final SseHandler sse = new SseHandler(this::listen);

    StreamEndpoint(LiveStatus live, ElectionFeed elections, SignIns signIns) {
        this.live = live;
        this.elections = elections;
        this.signIns = signIns;
    }

    @Override
    public void handle(Context context) {
        if (places.availablePermits() == 0) {
            throw new ServiceUnavailableResponse("already " + LISTENERS_MAX + " listen; close some pages");
        }
        sse.handle(context);
    }

    private void listen(SseClient client) {
        if (!places.tryAcquire()) {
            client.close();
            return;
        }
        Optional<Token> session = Caller.session(client.ctx());
        client.keepAlive();
        Thread.ofVirtual().name("stream").start(() -> {
            live.watching(true);
            try {
                send(client, session);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | JsonProcessingException e) {
                LOG.debug("a listener has gone", e);
            } finally {
                live.watching(false);
                places.release();
                client.close();
            }
        });
    }

    private void send(SseClient client, Optional<Token> session) throws InterruptedException, JsonProcessingException {
        long status = -1;
        long election = -1;
        while (!client.terminated()) {
            LiveStatus.Shown shown = live.await(status, SILENCE_MILLIS_MAX);
            if (live.isClosed()) {
                client.sendEvent("bye", "{}");
                return;
            }
            if (session.isPresent() && !signIns.isValid(session.get())) {
                client.sendEvent("signed-out", "{}");
                return;
            }
            client.sendEvent("status", shown.json());
            status = shown.version();
            long known = elections.version();
            if (known != election) {
                election = known;
                client.sendEvent("elections", mapper.writeValueAsString(ElectionsReport.of(elections.all())));
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Waits a moment for all listeners to be told that it is over; {@link LiveStatus} must be closed. */
    @Override
    public void close() {
        try {
            if (!places.tryAcquire(LISTENERS_MAX, GOODBYE_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                LOG.debug("some listeners were not told that the node stops");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
