package io.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.admin.ClusterSnapshot.Known;
import io.understudy.admin.ClusterSnapshot.Member;
import io.understudy.admin.ClusterSnapshot.Traffic;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What load balancers are told, without a password. */
class HealthTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private final NodeMetrics metrics = new NodeMetrics();
    private volatile NodeStatus self = status(NodeState.REPLICA, 100);
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        AdminParts parts = TestParts.with(metrics, this::cluster);
        server = AdminServer.start("127.0.0.1", 0, "pw", parts, Clock.fixed(TestParts.NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        server.close();
        metrics.close();
        http.close();
    }

    @ParameterizedTest
    @CsvSource({
        "MASTER, 200, 503",
        "REPLICA, 503, 200",
        "OPENING, 503, 503",
        "STARTING, 503, 503",
        "ISOLATED, 503, 503",
        "POSTGRES_DOWN, 503, 503",
        "QUARANTINED, 503, 503"
    })
    void rolesAreToldByStatus(NodeState state, int master, int replica) throws Exception {
        self = status(state, 100);
        assertThat(ask("GET", "/health/master").statusCode()).isEqualTo(master);
        assertThat(ask("GET", "/health/replica").statusCode()).isEqualTo(replica);
    }

    @Test
    void aReplicaMustNotBeFurtherBehindThanIsAllowed() throws Exception {
        self = status(NodeState.REPLICA, 90);
        assertThat(ask("GET", "/health/replica").body()).contains("\"replica\":true", "\"lagSeconds\":2.5");
        assertThat(ask("GET", "/health/replica?lag=2500ms").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/health/replica?lag=2499ms").statusCode()).isEqualTo(503);
        assertThat(ask("GET", "/health/replica?lag=0s").statusCode()).isEqualTo(503);
        self = status(NodeState.REPLICA, 100);
        assertThat(ask("GET", "/health/replica?lag=0s").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"lag=", "lag", "lag=1", "lag=-1s", "lag=1s&lag=2s", "lag=2d", "lga=1s", "lag=99999999999s"})
    void badInputIsRefused(String query) throws Exception {
        HttpResponse<String> answer = ask("GET", "/health/replica?" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("lag");
    }

    @Test
    void headIsAnsweredAsGetIs() throws Exception {
        assertThat(ask("HEAD", "/health/ready").statusCode()).isEqualTo(503);
        assertThat(ask("HEAD", "/health/live").statusCode()).isEqualTo(200);
        assertThat(ask("HEAD", "/health/master").statusCode()).isEqualTo(503);
        assertThat(ask("HEAD", "/health/replica?lag=1s").statusCode()).isEqualTo(200);
    }

    private ClusterSnapshot cluster() {
        List<Member> members = List.of(new Known(self, Traffic.NONE, Duration.ZERO));
        return new ClusterSnapshot("n1", 7, 100, "n2", members, Counters.NONE);
    }

    private static NodeStatus status(NodeState state, long applied) {
        long unapplied = applied == 100 ? 0 : TestParts.NOW.minusMillis(2500).toEpochMilli() * 1000;
        return new NodeStatus("n1", TestParts.PROCESS, state, 7, applied, 100, unapplied, "h", 1, 2, "h", 3);
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }
}
