package io.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.RowChange;
import io.understudy.log.SequencePosition;
import io.understudy.log.SessionContext;
import io.understudy.log.TableShape;
import io.understudy.log.TruncatedLogException;
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
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FeedTest {
    private static final TableShape TABLE = new TableShape(
            "public",
            "t",
            List.of(new TableShape.Column("id", false, false), new TableShape.Column("v", false, false)),
            List.of("id"));
    private static final SessionContext CONTEXT = new SessionContext("ann", Map.of("TimeZone", "UTC"));

    private final HttpClient http = HttpClient.newHttpClient();
    private final NodeMetrics metrics = new NodeMetrics();
    private final Given log = new Given();
    private AdminServer server;

    /** Entries at some indexes; the log begins at 5, and ends being there at {@link #goneAt}. */
    private static final class Given implements ChangeLog {
        final NavigableMap<Long, Entry> entries = new TreeMap<>();
        volatile long last = 20;
        volatile long goneAt = Long.MAX_VALUE;

        @Override
        public long lastIndex() {
            return last;
        }

        @Override
        public Cursor after(long index) throws IOException {
            if (index < 4) {
                throw new TruncatedLogException(index + 1, 5);
            }
            return new Cursor() {
                private long at = index;

                @Override
                public Optional<Entry> next(Duration limit) throws IOException, InterruptedException {
                    if (at >= goneAt) {
                        throw new TruncatedLogException(at + 1, 1000);
                    }
                    Map.Entry<Long, Entry> next = entries.higherEntry(at);
                    if (next == null) {
                        at = Math.max(at, last);
                        Thread.sleep(limit);
                        return Optional.empty();
                    }
                    at = next.getKey();
                    return Optional.of(next.getValue());
                }

                @Override
                public long index() {
                    return at;
                }

                @Override
                public List<Form.Part> chunk(Entry.Transaction transaction, int number) {
                    return List.of(
                            new Form.TableChanges(TABLE, false, List.of(new RowChange.Insert("(" + number + ",)"))));
                }
            };
        }
    }

    @BeforeEach
    void start() throws IOException {
        ClusterView cluster = () -> new ClusterSnapshot("n1", 1, 1, "n1", List.of(), Counters.NONE);
        server = AdminServer.start("127.0.0.1", 0, "pass word", TestParts.with(metrics, cluster, log));
    }

    @AfterEach
    void stop() {
        server.close();
        metrics.close();
        http.shutdownNow();
    }

    private HttpResponse<InputStream> ask(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .header("Authorization", "Bearer pass word")
                        .build(),
                BodyHandlers.ofInputStream());
    }

    /** The first lines of a feed. */
    private List<JsonNode> lines(String path, int count) throws IOException, InterruptedException {
        List<JsonNode> lines = new ArrayList<>();
        HttpResponse<InputStream> answer = ask(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        try (BufferedReader in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line; lines.size() < count && (line = in.readLine()) != null; ) {
                lines.add(new ObjectMapper().readTree(line));
            }
        }
        return lines;
    }

    private static Entry.Transaction transaction(Form form) {
        return new Entry.Transaction(
                new UUID(1, 2),
                TestParts.PROCESS,
                3,
                4,
                0,
                5_000_000,
                CONTEXT,
                List.of(new LoggedStatement(
                        "sql", List.of(new LoggedStatement.Parameter(23, false, new byte[] {'7'})), 1)),
                form,
                List.of(new SequencePosition("public", "s", 9, true)));
    }

    @Test
    void everyValueIsTold() throws Exception {
        log.entries.put(
                11L,
                transaction(new Form.Rows(List.of(
                        new Form.Ddl(new LoggedStatement("CREATE TABLE t ()", List.of(), -1), CONTEXT),
                        new Form.TableChanges(
                                TABLE,
                                true,
                                List.of(
                                        new RowChange.Insert("(1,\"a \"\"b\"\"\")"),
                                        new RowChange.Update("(1,)", "(2,\"\")"),
                                        new RowChange.Delete("(3,x)")))))));
        List<JsonNode> lines = lines("/api/v1/feed?from=7", 2);
        assertThat(lines.getFirst().toString()).isEqualTo("{\"index\":6,\"kind\":\"heartbeat\"}");
        assertThat(lines.getLast().toString())
                .isEqualTo(
                        "{\"index\":11,\"kind\":\"transaction\",\"epoch\":3,\"id\":\"00000000-0000-0001-0000-000000000002\","
                                + "\"at\":\"1970-01-01T00:00:05Z\",\"role\":\"ann\",\"settings\":{\"TimeZone\":\"UTC\"},"
                                + "\"statements\":[{\"sql\":\"sql\",\"parameters\":[{\"type\":23,\"text\":\"7\"}],\"rows\":1}],\"form\":\"row\","
                                + "\"changes\":[{\"op\":\"ddl\",\"role\":\"ann\",\"settings\":{\"TimeZone\":\"UTC\"},\"sql\":\"CREATE TABLE t ()\"},"
                                + "{\"op\":\"truncate\",\"schema\":\"public\",\"table\":\"t\"},"
                                + "{\"op\":\"insert\",\"schema\":\"public\",\"table\":\"t\",\"key\":[\"id\"],\"after\":{\"id\":\"1\",\"v\":\"a \\\"b\\\"\"}},"
                                + "{\"op\":\"update\",\"schema\":\"public\",\"table\":\"t\",\"key\":[\"id\"],\"before\":{\"id\":\"1\",\"v\":null},\"after\":{\"id\":\"2\",\"v\":\"\"}},"
                                + "{\"op\":\"delete\",\"schema\":\"public\",\"table\":\"t\",\"key\":[\"id\"],\"before\":{\"id\":\"3\",\"v\":\"x\"}}],"
                                + "\"sequences\":[{\"schema\":\"public\",\"name\":\"s\",\"value\":9,\"called\":true}]}");
    }

    @Test
    void aLargeTransactionComesInPiecesItsOwnLineLast() throws Exception {
        log.entries.put(11L, transaction(new Form.Chunks(List.of(8L, 9L))));
        List<JsonNode> lines = lines("/api/v1/feed?from=5", 4);
        assertThat(lines)
                .extracting(l -> l.path("kind").asText())
                .containsExactly("heartbeat", "changes", "changes", "transaction");
        assertThat(lines.subList(1, 4))
                .allSatisfy(l -> assertThat(l.path("index").asLong()).isEqualTo(11));
        assertThat(lines.get(2).path("changes").path(0).path("after").path("id").asText())
                .isEqualTo("1");
        assertThat(lines.getLast().path("chunks").asInt()).isEqualTo(2);
    }

    @Test
    void whoWaitsHearsHowFarTheLogIs() throws Exception {
        List<JsonNode> lines = lines("/api/v1/feed", 2);
        assertThat(lines).extracting(l -> l.path("index").asLong()).containsExactly(20L, 20L);
        assertThat(lines).extracting(l -> l.path("kind").asText()).containsOnly("heartbeat");
    }

    @Test
    void whatIsGoneIsToldWithWhereTheLogBegins() throws Exception {
        HttpResponse<InputStream> answer = ask("/api/v1/feed?from=4");
        assertThat(answer.statusCode()).isEqualTo(410);
        JsonNode json = new ObjectMapper().readTree(answer.body());
        assertThat(json.path("firstIndex").asLong()).isEqualTo(5);
        log.entries.put(11L, new Entry.MasterAssigned("n2", TestParts.PROCESS, 4, "why"));
        log.goneAt = 11;
        List<JsonNode> lines = lines("/api/v1/feed?from=5", 9);
        assertThat(lines).extracting(l -> l.path("kind").asText()).containsExactly("heartbeat", "master", "gone");
        assertThat(lines.getLast().path("firstIndex").asLong()).isEqualTo(1000);
    }

    @Test
    void readersAreLimitedAndMakeRoomWhenTheyGo() throws Exception {
        List<HttpResponse<InputStream>> readers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            readers.add(ask("/api/v1/feed"));
            assertThat(readers.getLast().statusCode()).isEqualTo(200);
        }
        assertThat(ask("/api/v1/feed").statusCode()).isEqualTo(503);
        for (HttpResponse<InputStream> reader : readers) {
            reader.body().close();
        }
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            HttpResponse<InputStream> again = ask("/api/v1/feed");
            again.body().close();
            return again.statusCode() == 200;
        });
    }

    @Test
    void aStrangerGetsNothing() throws Exception {
        HttpResponse<Void> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/feed"))
                        .build(),
                BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(401);
    }
}
