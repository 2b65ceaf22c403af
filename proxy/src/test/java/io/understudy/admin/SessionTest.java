package io.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.signin.ClusterKey;
import io.understudy.signin.SignedTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in to the console, and what protects those who are. Two servers stand for two nodes of one cluster. */
class SessionTest {
    private static final String GOOD = "{\"user\":\"postgres\",\"password\":\"pass word\"}";
    private static final String WRONG = "{\"user\":\"postgres\",\"password\":\"wrong\"}";

    private final HttpClient http = HttpClient.newHttpClient();
    private final NodeMetrics metrics = new NodeMetrics();
    private final TestParts.TwoPeers peers = new TestParts.TwoPeers();
    private final MovedClock clock = new MovedClock();
    private AdminServer server;
    private AdminServer other;

    @BeforeEach
    void start() throws IOException {
        server = start(peers);
        other = start(new TestParts.TwoPeers());
    }

    private AdminServer start(Peers known) throws IOException {
        ClusterView cluster = () -> new ClusterSnapshot("n1", 1, 1, "n1", List.of(), Counters.NONE);
        return AdminServer.start("127.0.0.1", 0, "pass word", TestParts.with(metrics, cluster, known), clock);
    }

    @AfterEach
    void stop() {
        server.close();
        other.close();
        metrics.close();
        http.close();
    }

    private record Session(String cookie, String csrf, String ticket) {}

    @Test
    void theCookieIsOutOfReachOfScriptsAndOtherSites() throws Exception {
        HttpResponse<String> answer = signIn(server, GOOD);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("understudy-")
                .contains("; HttpOnly")
                .contains("; SameSite=Strict")
                .contains("; Path=/")
                .contains("; Max-Age=43200")
                .doesNotContain("pass");
        assertThat(answer.body()).doesNotContain("pass word");
    }

    @Test
    void aSessionReadsWithItsCookieAndChangesOnlyWithItsCsrfValue() throws Exception {
        Session session = session(server);
        assertThat(status(server, session, "")).isEqualTo(200);
        assertThat(switchover(session, "").statusCode()).isEqualTo(403);
        assertThat(switchover(session, session.csrf() + "x").statusCode()).isEqualTo(403);
        assertThat(switchover(session, session(server).csrf()).statusCode())
                .as("another session's")
                .isEqualTo(403);
        assertThat(switchover(session, session.csrf()).statusCode()).isEqualTo(200);
    }

    @Test
    void everythingThatChangesSomethingIsRefusedFromAnotherSitesPage() throws Exception {
        Session session = session(server);
        for (String path : List.of("/api/v1/switchover", "/api/v1/verify", "/api/v1/session")) {
            for (String site : List.of("cross-site", "same-site")) {
                HttpRequest.Builder request = request(server, path)
                        .header("Cookie", session.cookie())
                        .header("X-CSRF-Token", session.csrf())
                        .header("Authorization", "Bearer pass word")
                        .header("Content-Type", "application/json")
                        .header("Sec-Fetch-Site", site)
                        .POST(BodyPublishers.ofString(GOOD));
                assertThat(send(request).statusCode())
                        .as(path + " from " + site)
                        .isEqualTo(403);
            }
        }
        HttpRequest.Builder form = request(server, "/api/v1/session")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(GOOD));
        assertThat(send(form).statusCode()).as("a form's type").isEqualTo(400);
    }

    @Test
    void anotherNodeOfTheClusterTakesTheSessionAndTheTicket() throws Exception {
        Session session = session(server);
        assertThat(status(other, session, "")).isEqualTo(200);
        HttpResponse<String> moved = signIn(other, "{\"ticket\":\"" + session.ticket() + "\"}");
        assertThat(moved.statusCode()).isEqualTo(200);
        Session there = session(moved);
        assertThat(status(other, there, "")).isEqualTo(200);
        assertThat(there.csrf()).isEqualTo(session.csrf());

        Session asTicket = new Session(session.cookie().replaceAll("=.*", "=" + session.ticket()), "", "");
        assertThat(status(server, asTicket, "")).as("a ticket is no cookie").isEqualTo(401);
        clock.pass(Duration.ofMinutes(11));
        assertThat(signIn(other, "{\"ticket\":\"" + session.ticket() + "\"}").statusCode())
                .as("an old ticket")
                .isEqualTo(401);
    }

    @Test
    void forgedAndForeignTokensAreRefused() throws Exception {
        Session session = session(server);
        SignedTokens foreign = new SignedTokens(new ClusterKey("another password"), clock);
        String name = session.cookie().replaceAll("=.*", "=");
        String foreignToken = foreign.write(foreign.begin("postgres", Duration.ofHours(1)));
        String longer = session.cookie().replaceFirst("\\.(\\d+)\\.([^.]+)$", ".9999999999.$2");
        assertThat(longer).isNotEqualTo(session.cookie());
        for (String cookie : List.of(name + foreignToken, longer, name, name + ".....", name + "SESSION.a.b.c")) {
            assertThat(status(server, new Session(cookie, "", ""), ""))
                    .as(cookie)
                    .isEqualTo(401);
        }
        assertThat(send(request(server, "/api/v1/status").header("Authorization", "Bearer " + foreign.forNode("n2")))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void sessionsEndByThemselvesUnlessRenewedAndNotLaterThanAfterAWeek() throws Exception {
        Session session = session(server);
        clock.pass(Duration.ofHours(11));
        HttpResponse<String> renewed = send(request(server, "/api/v1/session").header("Cookie", session.cookie()));
        clock.pass(Duration.ofHours(2));
        assertThat(status(server, session, "")).isEqualTo(401);
        Session longer = session(renewed);
        assertThat(status(server, longer, "")).isEqualTo(200);
        for (int hours = 13; hours < 24 * 8; hours += 9) {
            clock.pass(Duration.ofHours(9));
            HttpResponse<String> again = send(request(server, "/api/v1/session").header("Cookie", longer.cookie()));
            if (again.statusCode() == 401) {
                assertThat(hours).isGreaterThan(24 * 6);
                return;
            }
            longer = session(again);
        }
        throw new AssertionError("it never ended");
    }

    @Test
    void whoSignsOutIsOutOnEveryNode() throws Exception {
        Session session = session(server);
        HttpRequest.Builder signOut = request(server, "/api/v1/session")
                .header("Cookie", session.cookie())
                .header("X-CSRF-Token", session.csrf())
                .DELETE();
        HttpResponse<String> answer = send(signOut);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
        assertThat(status(server, session, "")).isEqualTo(401);

        String told = peers.signedOut.remove();
        HttpRequest.Builder byAnybody = request(other, "/api/v1/session/" + told)
                .header("Authorization", "Bearer pass word")
                .DELETE();
        assertThat(send(byAnybody).statusCode()).isEqualTo(403);
        assertThat(status(other, session, "")).isEqualTo(200);
        String node = new SignedTokens(new ClusterKey("pass word"), clock).forNode("n1");
        HttpRequest.Builder byNode = request(other, "/api/v1/session/" + told)
                .header("Authorization", "Bearer " + node)
                .DELETE();
        assertThat(send(byNode).statusCode()).isEqualTo(204);
        assertThat(status(other, session, "")).isEqualTo(401);
        assertThat(signIn(other, "{\"ticket\":\"" + session.ticket() + "\"}").statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoTriesPasswordsHasToWaitLongerAndLonger() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(signIn(server, WRONG).statusCode()).isEqualTo(401);
        }
        HttpResponse<String> early = signIn(server, GOOD);
        assertThat(early.statusCode()).isEqualTo(429);
        assertThat(early.headers().firstValue("Retry-After")).contains("2");
        HttpRequest.Builder bearer = request(server, "/api/v1/status").header("Authorization", "Bearer pass word");
        assertThat(send(bearer).statusCode()).as("nor by a header").isEqualTo(429);
        String node = new SignedTokens(new ClusterKey("pass word"), clock).forNode("n1");
        HttpRequest.Builder byNode = request(server, "/api/v1/status").header("Authorization", "Bearer " + node);
        assertThat(send(byNode).statusCode()).as("other nodes do not wait").isEqualTo(200);

        clock.pass(Duration.ofSeconds(2));
        assertThat(signIn(server, WRONG).statusCode()).isEqualTo(401);
        clock.pass(Duration.ofMillis(1500));
        assertThat(signIn(server, GOOD).statusCode()).isEqualTo(429);
        clock.pass(Duration.ofSeconds(1));
        assertThat(signIn(server, GOOD).statusCode()).isEqualTo(200);
        assertThat(signIn(server, WRONG).statusCode()).as("begins anew").isEqualTo(401);
    }

    @Test
    void anOrderThatANodePassedOnIsNotPassedOnAgain() throws Exception {
        String node = new SignedTokens(new ClusterKey("pass word"), clock).forNode("n1");
        HttpRequest.Builder request = request(server, "/api/v1/switchover?target=n2")
                .header("Authorization", "Bearer " + node)
                .POST(BodyPublishers.noBody());
        assertThat(send(request).statusCode()).isEqualTo(409);
    }

    @Test
    void thePageIsServedWithHeadersThatKeepItToItself() throws Exception {
        HttpResponse<String> page = send(request(server, "/"));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'")
                .contains("script-src 'self';")
                .contains("connect-src 'self' http://h2:2 http://h3:3;")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.body())
                .doesNotContain("<script>")
                .doesNotContain("onclick")
                .doesNotContain("style=");
        String tag = page.headers().firstValue("ETag").orElseThrow();
        assertThat(send(request(server, "/").header("If-None-Match", tag)).statusCode())
                .isEqualTo(304);
        for (String file : List.of("/app.js", "/style.css", "/icon.svg", "/library/uPlot.esm.js")) {
            assertThat(send(request(server, file)).statusCode()).as(file).isEqualTo(200);
        }
        for (String file : List.of(
                "/nothing.js", "/logback.xml", "/%2e%2e/logback.xml", "/library/../../logback.html", "/index.html/")) {
            assertThat(send(request(server, file)).statusCode()).as(file).isGreaterThanOrEqualTo(400);
        }
    }

    private HttpResponse<String> switchover(Session session, String csrf) throws Exception {
        HttpRequest.Builder request = request(server, "/api/v1/switchover").header("Cookie", session.cookie());
        if (!csrf.isEmpty()) {
            request.header("X-CSRF-Token", csrf);
        }
        return send(request.POST(BodyPublishers.noBody()));
    }

    private int status(AdminServer at, Session session, String csrf) throws Exception {
        return send(request(at, "/api/v1/status")
                        .header("Cookie", session.cookie())
                        .header("X-CSRF-Token", csrf))
                .statusCode();
    }

    private HttpResponse<String> signIn(AdminServer at, String body) throws Exception {
        return send(request(at, "/api/v1/session")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private Session session(AdminServer at) throws Exception {
        return session(signIn(at, GOOD));
    }

    private static Session session(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode body = new ObjectMapper().readTree(answer.body());
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return new Session(
                cookie.substring(0, cookie.indexOf(';')),
                body.get("csrf").asText(),
                body.get("ticket").asText());
    }

    private HttpRequest.Builder request(AdminServer at, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.port() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static final class MovedClock extends Clock {
        private volatile Instant now = Instant.ofEpochSecond(1_000_000_000);

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
