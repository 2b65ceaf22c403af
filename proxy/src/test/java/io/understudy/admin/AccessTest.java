package io.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.config.AdminAccess;
import io.understudy.config.AdminAccess.Role;
import io.understudy.config.AdminAccess.User;
import io.understudy.signin.ClusterKey;
import io.understudy.signin.SignedTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may do what: every endpoint that the server really has is tried, so that a new one cannot be forgotten. */
class AccessTest {
    private static final String VIEWER = basic("wall", "viewer's word");
    private static final String OPERATOR = basic("ada", "ada's word");

    private final HttpClient http = HttpClient.newHttpClient();
    private final NodeMetrics metrics = new NodeMetrics();
    private final Queue<AutoCloseable> started = new ConcurrentLinkedQueue<>();
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        TestParts.AUDITED.clear();
        server = start(parts());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable s : started) {
            s.close();
        }
        metrics.close();
        http.close();
    }

    private AdminParts parts() {
        ClusterView cluster = () -> new ClusterSnapshot("n1", 1, 1, "n1", List.of(), Counters.NONE);
        return TestParts.with(metrics, cluster);
    }

    private AdminServer start(AdminParts parts) throws IOException {
        AdminServer s = AdminServer.start("127.0.0.1", 0, "pass word", parts);
        started.add(s);
        return s;
    }

    /** What changes something, and is not for signing in. */
    private List<Endpoint> changing() {
        List<Endpoint> found = server.endpoints().stream()
                .filter(e -> e.method != HandlerType.GET && AccessCheck.wanted(e) == Access.OPERATOR)
                .toList();
        assertThat(found)
                .extracting(e -> e.method + " " + e.path)
                .contains(
                        "POST /api/v1/switchover",
                        "POST /api/v1/verify",
                        "POST /api/v1/resync",
                        "POST /api/v1/quarantine",
                        "POST /api/v1/tokens",
                        "POST /api/v1/transactions/{token}/settle",
                        "DELETE /api/v1/session/{id}");
        return found;
    }

    @Test
    void onlyThesePathsAreOpenAndOnlyTheseChangesAreForViewers() {
        Map<Access, List<String>> exceptions = server.endpoints().stream()
                .filter(e -> AccessCheck.wanted(e) == Access.ANYBODY
                        || AccessCheck.wanted(e) == Access.VIEWER && e.method != HandlerType.GET)
                .collect(java.util.stream.Collectors.groupingBy(
                        AccessCheck::wanted,
                        java.util.stream.Collectors.mapping(
                                e -> e.method + " " + e.path, java.util.stream.Collectors.toList())));
        assertThat(exceptions.get(Access.ANYBODY))
                .allMatch(e -> e.startsWith("GET /health/")
                        || e.startsWith("HEAD /health/")
                        || e.equals("GET /*")
                        || e.equals("POST /api/v1/session"));
        assertThat(exceptions.get(Access.VIEWER)).containsOnly("DELETE /api/v1/session", "POST /api/v1/explain");
    }

    @Test
    void everyChangeIsRefusedWithoutPasswordToViewersAndWithABadCsrfValue() throws Exception {
        Session viewer = signIn("wall", "viewer's word");
        Session operator = signIn("ada", "ada's word");
        Session another = signIn("ada", "ada's word");
        for (Endpoint e : changing()) {
            String what = e.method + " " + e.path;
            assertThat(send(request(e)).statusCode()).as(what + " by nobody").isEqualTo(401);
            assertThat(send(request(e).header("Authorization", "Bearer x.y.z")).statusCode())
                    .as(what + " with a wrong token")
                    .isEqualTo(401);
            TestParts.AUDITED.clear();
            assertThat(send(request(e).header("Authorization", VIEWER)).statusCode())
                    .as(what + " by a viewer")
                    .isEqualTo(403);
            assertThat(send(request(e, viewer, viewer.csrf())).statusCode())
                    .as(what + " by a viewer's session")
                    .isEqualTo(403);
            assertThat(send(request(e, operator, "")).statusCode())
                    .as(what + " without a CSRF value")
                    .isEqualTo(403);
            assertThat(send(request(e, operator, another.csrf())).statusCode())
                    .as(what + " with another session's CSRF value")
                    .isEqualTo(403);
            await().until(() -> TestParts.AUDITED.size() == 4);
            assertThat(TestParts.AUDITED).allMatch(line -> line.contains(": 403 refused"));
            forgetWrongPasswords();
        }
    }

    @Test
    void everythingElseIsRefusedToWhoIsNotSignedIn() throws Exception {
        for (Endpoint e : server.endpoints()) {
            if (AccessCheck.wanted(e) != Access.ANYBODY) {
                assertThat(send(request(e)).statusCode())
                        .as(e.method + " " + e.path)
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void operatorsMayAndItIsTold() throws Exception {
        assertThat(order(OPERATOR)).isEqualTo(200);
        await().until(() -> !TestParts.AUDITED.isEmpty());
        assertThat(TestParts.AUDITED.remove())
                .startsWith("ada (operator, by password) from 127.0.0.1: POST /api/v1/switchover?target=n2: 200 done");
        assertThat(send(request("/api/v1/switchover?target=n9%0Aforged")
                                .header("Authorization", OPERATOR)
                                .POST(BodyPublishers.noBody()))
                        .statusCode())
                .isIn(200, 409);
        await().until(() -> !TestParts.AUDITED.isEmpty());
        assertThat(TestParts.AUDITED.remove()).contains("n9%0Aforged").doesNotContain("\n");
        String node = new SignedTokens(new ClusterKey("pass word"), Clock.systemUTC()).forNode("n1");
        order("Bearer " + node);
        signIn("ada", "ada's word");
        await().until(() -> !TestParts.AUDITED.isEmpty());
        assertThat(TestParts.AUDITED)
                .as("what nodes pass on was told where it was ordered")
                .containsExactly("ada (operator) signed in from 127.0.0.1");
    }

    @Test
    void programsComeWithTokensThatDoNoMoreThanTheyShould() throws Exception {
        String operator = token("?days=1", OPERATOR).path("token").asText();
        assertThat(order("Bearer " + operator)).isEqualTo(200);
        assertThat(order(basic("ada", operator))).as("as a password").isEqualTo(200);
        String viewer = token("?role=viewer", OPERATOR).path("token").asText();
        assertThat(order("Bearer " + viewer)).isEqualTo(403);
        assertThat(send(request("/api/v1/status").header("Authorization", "Bearer " + viewer))
                        .statusCode())
                .isEqualTo(200);
        String wall = token("?user=wall", OPERATOR).path("token").asText();
        assertThat(order("Bearer " + wall)).isEqualTo(403);
        assertThat(token("?user=wall&role=operator", OPERATOR).path("error").asText())
                .contains("wall is a viewer");
        assertThat(token("?user=nobody", OPERATOR).path("error").asText()).contains("no user nobody");
        assertThat(token("?days=9999", OPERATOR).path("error").asText()).contains("days");
        assertThat(token("", "Bearer " + operator).path("error").asText())
                .as("a token does not make others")
                .contains("with a password");
        Session session = signIn("ada", "ada's word");
        assertThat(send(request("/api/v1/status")
                                .header("Cookie", session.cookie().replaceAll("=.*", "=" + operator)))
                        .statusCode())
                .as("a token is no cookie")
                .isEqualTo(401);
    }

    @Test
    void whoGetsAnotherPasswordIsOutEverywhere() throws Exception {
        String token = token("", OPERATOR).path("token").asText();
        Session session = signIn("ada", "ada's word");
        AdminParts p = parts();
        AdminServer changed = start(new AdminParts(
                p.cluster(),
                p.events(),
                p.log(),
                p.changes(),
                p.verification(),
                p.sums(),
                p.switchover(),
                p.settling(),
                p.resyncs(),
                p.draining(),
                p.members(),
                p.explainer(),
                p.health(),
                p.metrics(),
                p.elections(),
                p.peers(),
                p.key(),
                new AdminAccess(List.of(new User("ada", Role.OPERATOR, "another word")), Optional.empty()),
                p.audit(),
                p.clients(),
                p.statements(),
                p.tls()));
        server = changed;
        assertThat(order("Bearer " + token)).isEqualTo(401);
        assertThat(send(request("/api/v1/status").header("Cookie", session.cookie()))
                        .statusCode())
                .isEqualTo(401);
        assertThat(order(basic("ada", "another word"))).isEqualTo(200);
    }

    @Test
    void aSessionKnowsItsRole() throws Exception {
        assertThat(signIn("wall", "viewer's word").role()).isEqualTo("viewer");
        assertThat(signIn("ada", "ada's word").role()).isEqualTo("operator");
        assertThat(signIn("postgres", "pass word").role()).isEqualTo("operator");
    }

    @Test
    void addressesOfOneIpv6NetworkAreOnePlace() {
        assertThat(Stream.of("2001:db8::1", "2001:db8::ffff:2", "[2001:db8:0:0:1:2:3:4]")
                        .map(Addresses::network)
                        .distinct())
                .hasSize(1);
        assertThat(Addresses.network("2001:db8:0:1::1")).isNotEqualTo(Addresses.network("2001:db8::1"));
        assertThat(Addresses.network("10.0.0.1")).isEqualTo("10.0.0.1");
    }

    private void forgetWrongPasswords() throws Exception {
        assertThat(send(request("/api/v1/status").header("Authorization", OPERATOR))
                        .statusCode())
                .isEqualTo(200);
    }

    private int order(String authorization) throws Exception {
        return send(request("/api/v1/switchover?target=n2")
                        .header("Authorization", authorization)
                        .POST(BodyPublishers.noBody()))
                .statusCode();
    }

    private JsonNode token(String query, String authorization) throws Exception {
        return new ObjectMapper()
                .readTree(send(request("/api/v1/tokens" + query)
                                .header("Authorization", authorization)
                                .POST(BodyPublishers.noBody()))
                        .body());
    }

    private record Session(String cookie, String csrf, String role) {}

    private Session signIn(String user, String password) throws Exception {
        HttpResponse<String> answer = send(request("/api/v1/session")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"user\":\"" + user + "\",\"password\":\"" + password + "\"}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode body = new ObjectMapper().readTree(answer.body());
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return new Session(
                cookie.substring(0, cookie.indexOf(';')),
                body.path("csrf").asText(),
                body.path("role").asText());
    }

    private HttpRequest.Builder request(Endpoint e) {
        return request(e.path.replaceAll("\\{[a-z]+}", "x").replace("*", "x"))
                .method(e.method.name(), BodyPublishers.noBody());
    }

    private HttpRequest.Builder request(Endpoint e, Session session, String csrf) {
        HttpRequest.Builder request = request(e).header("Cookie", session.cookie());
        return csrf.isEmpty() ? request : request.header("X-CSRF-Token", csrf);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
