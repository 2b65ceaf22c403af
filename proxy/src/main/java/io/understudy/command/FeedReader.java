package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Follows the feed of a cluster: at one node after the other, so that it goes on where it was when one is lost. For one thread.
 */
public final class FeedReader {
    private static final Duration SILENCE_MAX = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 200;

    private final AdminClient client;
    private final ObjectMapper mapper = new ObjectMapper();
    private long next;
    private boolean inTheMiddle;

    /** Whoever wants the lines. */
    @FunctionalInterface
    public interface Lines {
        /**
         * All but heartbeats. After a line of kind {@code restart} those of kind {@code changes} that came last, without their transaction's own, come again.
         *
         * @return whether to go on
         */
        boolean line(JsonNode line) throws IOException;
    }

    /** What came of one connection. */
    private enum End {
        STOPPED,
        LOST,
        GONE
    }

    public FeedReader(AdminClient client) {
        this.client = client;
    }

    /**
     * Reads until {@code lines} wants no more.
     *
     * @param from index of the first entry; 0: from now on
     * @throws IOException if no node has that entry any more, a node refuses this client, or {@code lines} fails
     * @throws UnreachableException if no node has answered for a minute
     */
    public void read(long from, Lines lines) throws IOException {
        next = from;
        long heard = System.nanoTime();
        int gone = 0;
        for (int i = 0; ; i++) {
            URI node = client.nodes().get(i % client.nodes().size());
            long before = next;
            End end = readAt(node, lines);
            if (end == End.STOPPED) {
                return;
            }
            heard = next > before ? System.nanoTime() : heard;
            gone = end == End.GONE ? gone + 1 : 0;
            if (gone >= client.nodes().size()) {
                throw new IOException(
                        "no node that was asked has entry " + next
                                + " any more (log.keep, log.keep-for): begin anew with a copy of the data, and from its index on");
            }
            if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                throw new UnreachableException("no node gives the feed from entry " + next + " on");
            }
            if (inTheMiddle) {
                inTheMiddle = false;
                lines.line(JsonNodeFactory.instance
                        .objectNode()
                        .put("index", next - 1)
                        .put("kind", "restart"));
            }
            pause();
        }
    }

    private End readAt(URI node, Lines lines) throws IOException {
        HttpResponse<InputStream> answer;
        try {
            answer = client.open(node, "/api/v1/feed" + (next > 0 ? "?from=" + next : ""));
        } catch (IOException e) {
            return End.LOST;
        }
        try (InputStream body = answer.body();
                Silence silence = new Silence(body)) {
            if (answer.statusCode() == 410) {
                return End.GONE;
            }
            if (answer.statusCode() == 503) {
                return End.LOST;
            }
            if (answer.statusCode() != 200) {
                throw new RefusedException(
                        node.getAuthority() + " refuses: " + new String(body.readNBytes(2000), StandardCharsets.UTF_8));
            }
            BufferedReader in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            while (true) {
                String text;
                JsonNode line;
                try {
                    text = in.readLine();
                    line = text == null ? null : mapper.readTree(text);
                } catch (IOException e) {
                    return End.LOST; // in the middle of a line, too
                }
                if (line == null) {
                    return End.LOST;
                }
                silence.broken();
                switch (line.path("kind").asText()) {
                    case "heartbeat" -> next = Math.max(next, line.path("index").asLong() + 1);
                    case "gone" -> {
                        return End.GONE;
                    }
                    default -> {
                        inTheMiddle = line.path("kind").asText().equals("changes");
                        boolean more = lines.line(line);
                        next = inTheMiddle ? next : line.path("index").asLong() + 1;
                        if (!more) {
                            return End.STOPPED;
                        }
                    }
                }
            }
        }
    }

    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** Ends a connection on which nothing has been heard for too long: not even a heartbeat. */
    private static final class Silence implements AutoCloseable {
        private final Thread watch;
        private volatile long heardNanos = System.nanoTime();

        Silence(InputStream body) {
            watch = Thread.ofVirtual().start(() -> {
                try {
                    while (System.nanoTime() - heardNanos < SILENCE_MAX.toNanos()) {
                        Thread.sleep(1000);
                    }
                    body.close();
                } catch (InterruptedException | IOException e) {
                    // It was closed otherwise.
                }
            });
        }

        void broken() {
            heardNanos = System.nanoTime();
        }

        @Override
        public void close() {
            watch.interrupt();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
