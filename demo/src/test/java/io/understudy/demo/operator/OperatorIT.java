package io.understudy.demo.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.demo.operator.MonitoringFiles.Alert;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators touch, at a running cluster. */
@Timeout(300)
class OperatorIT {
    /** Far more than a machine needs that has nothing else to do. */
    private static final Duration STOP_MAX = Duration.ofSeconds(30);

    private static RunningCluster running;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws IOException, SQLException {
        running = RunningCluster.start(OperatorIT::logsInJson);
        try (Connection c = running.local().connect(running.master(), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE note (id text PRIMARY KEY, at timestamptz DEFAULT now())");
        }
    }

    private static void logsInJson(Path nodeYaml) throws IOException {
        String text = Files.readString(nodeYaml);
        assertThat(text).contains("log-format: text");
        Files.writeString(nodeYaml, text.replace("log-format: text", "log-format: json"));
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void everyMetricOfDashboardAndAlertsIsServedByEveryNode() throws Exception {
        Set<String> wanted = new TreeSet<>();
        for (String expression : Stream.concat(
                        MonitoringFiles.dashboardExpressions().stream(),
                        MonitoringFiles.alerts().stream().map(Alert::expression))
                .toList()) {
            assertThat(MonitoringFiles.metricsIn(expression)).as(expression).isNotEmpty();
            wanted.addAll(MonitoringFiles.metricsIn(expression));
        }
        assertThat(wanted).hasSizeGreaterThan(30);
        // Prometheus' own.
        wanted.remove("up");
        for (LocalNode node : running.local().nodes()) {
            readAt(node);
            Set<String> served = get(node, "/metrics")
                    .body()
                    .lines()
                    .filter(l -> !l.startsWith("#"))
                    .map(l -> l.split("[{ ]", 2)[0])
                    .collect(Collectors.toSet());
            assertThat(served).as(node.name()).containsAll(wanted);
        }
    }

    @Test
    void metricsSayWhatWasDone() throws Exception {
        LocalNode master = running.master();
        readAt(master);
        String metrics = get(master, "/metrics").body();
        assertThat(metrics)
                .contains("understudy_master 1.0", "understudy_state{state=\"master\"} 1.0", "understudy_majority 1.0")
                .contains("understudy_state{state=\"replica\"} 0.0")
                .contains("understudy_nodes_reachable 3.0", "understudy_nodes_configured 3.0")
                .containsPattern("understudy_routed_total\\{reason=\"read\",to=\"node\\d\"} [1-9]")
                .containsPattern("understudy_statements_total\\{kind=\"read\"} [1-9]")
                .containsPattern("understudy_commit_stage_seconds_count\\{stage=\"majority\"} [1-9]")
                .containsPattern("understudy_pool_connections\\{server=\"127.0.0.1:\\d+\",use=\"idle\"} [1-9]");
        assertThat(get(running.replicas().getFirst(), "/metrics").body()).contains("understudy_master 0.0");
    }

    @Test
    void loadBalancersFindTheMasterAndTheReplicas() throws Exception {
        LocalNode master = running.master();
        for (LocalNode node : running.local().nodes()) {
            boolean isMaster = node.number() == master.number();
            assertThat(get(node, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(node, "/health/master").statusCode()).isEqualTo(isMaster ? 200 : 503);
            await().until(() -> get(node, "/health/replica?lag=5s").statusCode() == (isMaster ? 503 : 200));
        }
    }

    /** The master each time, while the driver's clients write by themselves and in transactions. */
    @Test
    void whoIsToldToEndCostsNoWriteAndNoError() throws Exception {
        running.awaitAllServing();
        List<Long> millis = new ArrayList<>();
        try (NoteTakers clients = NoteTakers.start(running.driverUrl(), 6)) {
            for (int round = 0; round < 2; round++) {
                clients.awaitMore(30);
                LocalNode ended = running.master();
                long begun = System.nanoTime();
                ended.stopProxy(STOP_MAX);
                millis.add((System.nanoTime() - begun) / 1_000_000);
                assertThat(logOf(ended)).contains("switchover to").contains("is told to end");
                assertThat(clients.errors())
                        .as("after the end of " + ended.name())
                        .isEmpty();
                clients.awaitMore(30);
                ended.startProxy();
                running.awaitAllServing();
            }
            // And a node that is no master.
            LocalNode replica = running.replicas().getFirst();
            replica.stopProxy(STOP_MAX);
            clients.awaitMore(30);
            replica.startProxy();
            running.awaitAllServing();
            clients.stop();
            System.out.println("masters ended in " + millis + " ms under load; "
                    + clients.acknowledged().size() + " writes, "
                    + clients.errors().size() + " errors");
            assertThat(clients.errors()).isEmpty();
            Set<String> there = notes(running.master());
            assertThat(there).containsAll(clients.acknowledged());
        }
        assertThat(millis).as("nothing had to be killed").allMatch(m -> m < STOP_MAX.toMillis());
    }

    /** In the node's log, and while it is there in the list of sessions. */
    @Test
    void aTraceIsFoundAgain() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        LocalNode node = running.replicas().getFirst();
        try (Connection c = running.local().connect(node, Duration.ofSeconds(30));
                Statement s = c.createStatement()) {
            String comment = " /*traceparent='00-" + trace + "-00f067aa0ba902b7-01'*/";
            assertThatThrownBy(() -> s.executeQuery("/*+ understudy: node=nowhere */ SELECT 'x\ny'" + comment))
                    .isInstanceOf(SQLException.class)
                    .hasFieldOrPropertyWithValue("SQLState", "57P03");
            assertThat(get(node, "/api/v1/sessions?own=true").body()).contains("\"trace\":\"" + trace + "\"");
        }
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : logOf(node).lines().toList()) {
            lines.add(mapper.readTree(line));
        }
        assertThat(lines)
                .allMatch(l -> l.hasNonNull("time")
                        && l.hasNonNull("level")
                        && l.hasNonNull("message")
                        && l.path("node").asText().equals(node.name()))
                .anyMatch(l -> l.path("event").asText().equals("master") && l.has("epoch"))
                .anyMatch(l -> l.path("trace").asText().equals(trace)
                        && l.path("sqlstate").asText().equals("57P03"));
    }

    private static String logOf(LocalNode node) throws IOException {
        return Files.readString(running.local().directory().resolve(node.name()).resolve("proxy.log"));
    }

    private static Set<String> notes(LocalNode node) throws SQLException {
        Set<String> notes = new TreeSet<>();
        try (Connection c = running.local().connect(node, Duration.ofSeconds(30));
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT id FROM note")) {
            while (r.next()) {
                notes.add(r.getString(1));
            }
        }
        return notes;
    }

    private static void readAt(LocalNode node) throws SQLException {
        try (Connection c = running.local().connect(node, Duration.ofSeconds(30));
                Statement s = c.createStatement()) {
            s.executeQuery("SELECT count(*) FROM note").close();
        }
    }

    private HttpResponse<String> get(LocalNode node, String path) throws IOException, InterruptedException {
        byte[] pair = ("postgres:" + running.local().password()).getBytes(StandardCharsets.UTF_8);
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + node.host() + ":" + node.adminPort() + path))
                        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair))
                        .build(),
                BodyHandlers.ofString());
    }
}
