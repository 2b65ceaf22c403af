package io.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.admin.ClusterSnapshot.Known;
import io.understudy.admin.ClusterSnapshot.Traffic;
import io.understudy.admin.ClusterSnapshot.Unknown;
import io.understudy.topology.NodeLoad.Took;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final UUID PROCESS = new UUID(1, 2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong misrouted = new AtomicLong(3);
    private final NodeMetrics metrics = new NodeMetrics();
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        metrics.counter("understudy.misrouted", "statements a replica refused", misrouted::get);
        AdminParts parts = TestParts.with(metrics, AdminServerTest::cluster);
        server = AdminServer.start("127.0.0.1", 0, "pass word", parts, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        server.close();
        metrics.close();
        http.close();
    }

    /** As Jetty has it when the client of a stream has gone: Javalin would have the same handler handle what it throws, for ever. */
    @Test
    void anExceptionHandlerNeverThrows() throws Exception {
        Context gone = (Context) Proxy.newProxyInstance(
                Context.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("Response does not exist (likely recycled)");
                });
        AtomicLong asked = new AtomicLong();
        AdminServer.<Exception>whileThere((e, context) -> {
                    asked.incrementAndGet();
                    context.status(500);
                })
                .handle(new IllegalStateException("client has gone"), gone);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aStatementIsExplainedAndNotRun() throws Exception {
        assertThat(get("/api/v1/explain?sql=SELECT%201%3B%20--%20x").body())
                .contains("\"statements\":[{")
                .contains("SELECT 1; -- x")
                .contains("\"kind\":\"read\"");
        assertThat(get("/api/v1/explain").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/explain?sql=").statusCode()).isEqualTo(400);
    }

    @Test
    void statusHasTheContractsFields() throws Exception {
        JsonNode status = json(get("/api/v1/status"), 200);
        assertThat(status.get("epoch").asLong()).isEqualTo(7);
        assertThat(status.get("lastIndex").asLong()).isEqualTo(100);
        JsonNode nodes = status.get("nodes");
        assertThat(nodes).hasSize(4);
        assertThat(nodes.get(0).toString())
                .isEqualTo("{\"name\":\"n1\",\"role\":\"master\",\"state\":\"master\",\"appliedIndex\":100,"
                        + "\"lagEntries\":0,\"lagSeconds\":0.0,\"host\":\"h\",\"clientPort\":1,\"adminPort\":2,"
                        + "\"postgresPort\":3,\"internalAdmin\":\"h:2\",\"reads\":70,\"writes\":40,\"clients\":0,"
                        + "\"quarantine\":\"\",\"repair\":\"\",\"repairs\":0,"
                        + "\"duties\":{\"reads\":true,\"mastership\":true,\"zone\":\"\",\"weight\":1,\"delaySeconds\":0,\"drained\":false},"
                        + "\"readTime\":{\"count\":70,\"micros\":14000},\"commitTime\":{\"count\":0,\"micros\":0}}");
        assertThat(nodes.get(1).get("role").asText()).isEqualTo("replica");
        assertThat(nodes.get(1).get("lagEntries").asLong()).isEqualTo(10);
        assertThat(nodes.get(1).get("lagSeconds").asDouble()).isEqualTo(2.5);
        assertThat(nodes.get(2).get("state").asText()).isEqualTo("unreachable");
        assertThat(nodes.get(2).get("lagSeconds").asDouble()).isEqualTo(30);
        assertThat(nodes.get(3).get("role").asText()).isEqualTo("unknown");
        assertThat(status.get("counters").get("rowForm").asLong()).isEqualTo(4);
    }

    @Test
    void aPasswordIsNeededForAllButHealth() throws Exception {
        for (String path : List.of(
                "/api/v1/status",
                "/metrics",
                "/api/v1/events",
                "/api/v1/log",
                "/api/v1/verify/x",
                "/api/v1/stream",
                "/api/v1/history",
                "/api/v1/elections",
                "/api/v1/session")) {
            assertThat(send(request(path), "").statusCode()).as(path).isEqualTo(401);
        }
        for (String path : List.of("/api/v1/switchover", "/api/v1/verify")) {
            assertThat(send(request(path).POST(BodyPublishers.noBody()), "").statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
        assertThat(send(request("/api/v1/status"), "Bearer pass").statusCode()).isEqualTo(401);
        assertThat(send(request("/api/v1/status"), basic("postgres", "wrong")).statusCode())
                .isEqualTo(401);
        assertThat(send(request("/api/v1/status"), basic("admin", "pass word")).statusCode())
                .isEqualTo(401);
        assertThat(send(request("/health/live"), "").statusCode()).isEqualTo(200);
        assertThat(send(request("/health/ready"), "").statusCode()).isEqualTo(503);
    }

    @Test
    void electionsSayHowLongWritesWereDown() throws Exception {
        JsonNode election = json(get("/api/v1/elections"), 200).get("elections").get(0);
        assertThat(election.get("master").asText()).isEqualTo("n1");
        assertThat(election.get("kind").asText()).isEqualTo("failover");
        assertThat(election.get("downSeconds").asDouble()).isEqualTo(0.5);
        assertThat(election.get("exact").asBoolean()).isTrue();
        assertThat(election.get("steps").get(0).get("text").asText()).contains("votes");
        assertThat(json(get("/api/v1/elections?own=true"), 200).get("elections"))
                .isEmpty();
    }

    @Test
    void eventsAndTheLogAreReadInPieces() throws Exception {
        JsonNode events = json(get("/api/v1/events?after=41&limit=5"), 200).get("events");
        assertThat(events.get(0).get("number").asLong()).isEqualTo(42);
        assertThat(events.get(0).get("at").asText()).isEqualTo("1970-01-12T13:46:40Z");
        assertThat(events.get(0).get("text").asText()).isEqualTo("limit 5");
        JsonNode log = json(get("/api/v1/log?from=4&limit=10"), 200);
        assertThat(log.get("entries")).hasSize(2);
        assertThat(log.get("entries").get(0).get("index").asLong()).isEqualTo(4);
        assertThat(log.get("entries").get(0).get("node").asText()).isEqualTo("n4");
        JsonNode last = json(get("/api/v1/log?limit=1"), 200).get("entries");
        assertThat(last).hasSize(1);
        assertThat(last.get(0).get("index").asLong()).isEqualTo(5);
        assertThat(json(get("/api/v1/log?limit=1001"), 400).get("error").asText())
                .contains("limit must be a number from 1 to 1000");
    }

    @Test
    void verificationIsStartedAndAskedFor() throws Exception {
        assertThat(json(post("/api/v1/verify"), 202).get("id").asText()).isEqualTo("v1");
        JsonNode result = json(get("/api/v1/verify/v1"), 200);
        assertThat(result.get("state").asText()).isEqualTo("different");
        assertThat(result.get("findings").get(0).asText()).isEqualTo("table t");
        assertThat(json(get("/api/v1/verify/v2"), 404).get("error").asText()).isEqualTo("no verification v2");
    }

    @Test
    void aNodesOwnSumsAreAskedForByPoint() throws Exception {
        JsonNode sums = json(get("/api/v1/verify/" + PROCESS + "/sums"), 200);
        assertThat(sums.get("index").asLong()).isEqualTo(99);
        assertThat(sums.get("tables").get("public.t").get("rows").asLong()).isEqualTo(3);
        assertThat(sums.get("sequences").get("public.s").get("called").asBoolean())
                .isTrue();
        json(get("/api/v1/verify/" + new UUID(5, 5) + "/sums"), 404);
    }

    @Test
    void switchoverSaysWhoIsMasterOrWhyNot() throws Exception {
        assertThat(json(post("/api/v1/switchover"), 200).get("master").asText()).isEqualTo("n2");
        assertThat(json(post("/api/v1/switchover?target=n3"), 200).get("master").asText())
                .isEqualTo("n3");
        assertThat(json(post("/api/v1/switchover?target=n9"), 409).get("error").asText())
                .isEqualTo("n9 is no node");
    }

    @Test
    void aNodeIsDrainedAndGivenBack() throws Exception {
        JsonNode drained = json(post("/api/v1/nodes/n2/drain"), 200);
        assertThat(drained.get("drained").asBoolean()).isTrue();
        assertThat(drained.get("reading").asInt()).isEqualTo(2);
        assertThat(json(post("/api/v1/nodes/n2/undrain"), 200).get("drained").asBoolean())
                .isFalse();
        assertThat(json(post("/api/v1/nodes/n1/drain"), 409).get("error").asText())
                .contains("instead of n1");
        assertThat(send(request("/api/v1/nodes/n2/drain").POST(BodyPublishers.noBody()), "")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTransactionIsSettledOrNotHere() throws Exception {
        String of = ".7.00000000-0000-0000-0000-000000000001/settle";
        assertThat(json(post("/api/v1/transactions/3" + of), 200).get("index").asLong())
                .isEqualTo(12);
        assertThat(json(post("/api/v1/transactions/4" + of), 409).get("error").asText())
                .contains("epoch 4");
        json(post("/api/v1/transactions/x/settle"), 400);
    }

    @Test
    void metricsAreInPrometheusFormat() throws Exception {
        System.gc(); // What is counted must not be held weakly only.
        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(answer.body()).contains("understudy_misrouted_total 3.0").contains("jvm_memory_used_bytes");
    }

    @Test
    void aPortInUseIsSaid() {
        assertThatThrownBy(() -> AdminServer.start(
                        "127.0.0.1", server.port(), "p", TestParts.with(metrics, AdminServerTest::cluster)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port());
    }

    private static ClusterSnapshot cluster() {
        long unapplied = NOW.minusMillis(2500).toEpochMilli() * 1000;
        return new ClusterSnapshot(
                "n1",
                7,
                100,
                "n1",
                List.of(
                        new Known(
                                status("n1", NodeState.MASTER, 100, 0),
                                new Traffic(70, 40, new Took(70, 14_000), Took.NOTHING),
                                Duration.ZERO),
                        new Known(status("n2", NodeState.REPLICA, 90, unapplied), Traffic.NONE, Duration.ZERO),
                        new Known(status("n3", NodeState.REPLICA, 90, unapplied), Traffic.NONE, Duration.ofSeconds(30)),
                        new Unknown("n4")),
                new Counters(6, 4, 10, 2, 1, 0));
    }

    private static NodeStatus status(String name, NodeState state, long applied, long unapplied) {
        return new NodeStatus(name, PROCESS, state, 7, applied, 100, unapplied, "h", 1, 2, "h", 3);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path), basic("postgres", "pass word"));
    }

    private HttpResponse<String> post(String path) throws Exception {
        return send(request(path).POST(BodyPublishers.noBody()), "Bearer pass word");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String authorization) throws Exception {
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((user + ":" + password).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static JsonNode json(HttpResponse<String> answer, int status) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new ObjectMapper().readTree(answer.body());
    }
}
