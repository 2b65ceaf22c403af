package io.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.admin.ClusterSnapshot.Counters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamTest {
    private static final int LISTENERS_MAX = 64;

    private final HttpClient http = HttpClient.newHttpClient();
    private final NodeMetrics metrics = new NodeMetrics();
    private final AtomicLong index = new AtomicLong(1);
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        ClusterView cluster = () -> new ClusterSnapshot("n1", 1, index.get(), "n1", List.of(), Counters.NONE);
        server = AdminServer.start("127.0.0.1", 0, "pass word", TestParts.with(metrics, cluster));
    }

    @AfterEach
    void stop() {
        server.close();
        metrics.close();
        http.shutdownNow();
    }

    @Test
    void statusComesAtOnceAfterEveryChangeAndAnywayNowAndThen() throws Exception {
        try (Listener listener = listen()) {
            await().atMost(Duration.ofSeconds(5)).until(() -> listener.indexes().contains(1L));
            assertThat(listener.kinds()).contains("elections");
            index.set(2);
            await().atMost(Duration.ofSeconds(2)).until(() -> listener.indexes().contains(2L));
            int before = listener.indexes().size();
            await().atMost(Duration.ofSeconds(5)).until(() -> listener.indexes().size() > before);
        }
    }

    @Test
    void listenersAreToldThatTheNodeStops() throws Exception {
        try (Listener listener = listen()) {
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> !listener.indexes().isEmpty());
            server.close();
            await().atMost(Duration.ofSeconds(5)).until(listener::isOver);
            assertThat(listener.kinds()).last().isEqualTo("bye");
        }
    }

    @Test
    void thereAreOnlySoManyListenersAndPlacesBecomeFreeAgain() throws Exception {
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < LISTENERS_MAX; i++) {
            listeners.add(listen());
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> open().statusCode() == 503);
        for (Listener listener : listeners) {
            listener.close();
        }
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            HttpResponse<InputStream> answer = open();
            answer.body().close();
            return answer.statusCode() == 200;
        });
    }

    @Test
    void theLastHourIsThereForPagesThatComeLater() {
        index.set(5);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            HttpRequest request = request("/api/v1/history?seconds=60").build();
            JsonNode history = new ObjectMapper()
                    .readTree(http.send(request, BodyHandlers.ofString()).body());
            assertThat(history.get("at").size()).isGreaterThanOrEqualTo(3);
        });
    }

    private HttpResponse<InputStream> open() throws IOException, InterruptedException {
        return http.send(
                request("/api/v1/stream").header("Accept", "text/event-stream").build(), BodyHandlers.ofInputStream());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Authorization", "Bearer pass word");
    }

    private Listener listen() throws IOException, InterruptedException {
        return new Listener(open());
    }

    /** Reads a stream to its end on a thread of its own. */
    private static final class Listener implements AutoCloseable {
        private final InputStream body;
        private final List<String> kinds = new CopyOnWriteArrayList<>();
        private final List<Long> indexes = new CopyOnWriteArrayList<>();
        private final Thread thread;

        Listener(HttpResponse<InputStream> answer) {
            assertThat(answer.statusCode()).isEqualTo(200);
            this.body = answer.body();
            this.thread = Thread.startVirtualThread(this::read);
        }

        private void read() {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("event: ")) {
                        kinds.add(line.substring(7));
                    } else if (line.startsWith("data: ") && kinds.getLast().equals("status")) {
                        indexes.add(new ObjectMapper()
                                .readTree(line.substring(6))
                                .get("lastIndex")
                                .asLong());
                    }
                }
            } catch (IOException e) {
                // The test closed it.
            }
        }

        List<String> kinds() {
            return kinds;
        }

        List<Long> indexes() {
            return indexes;
        }

        boolean isOver() {
            return !thread.isAlive();
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
