package io.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.admin.ClusterSnapshot.Known;
import io.understudy.admin.ClusterSnapshot.Traffic;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The document of the administration API says what the server does. */
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "head", "post", "put", "patch", "delete");
    private static final Pattern REFERENCE = Pattern.compile("\"\\$ref\":\"#/([^\"]*)\"");

    private final NodeMetrics metrics = new NodeMetrics();
    private final HttpClient http = HttpClient.newHttpClient();
    private AdminServer server;
    private JsonNode document;

    @BeforeEach
    void start() throws IOException {
        server = AdminServer.start("127.0.0.1", 0, "pw", TestParts.with(metrics, OpenApiTest::cluster));
        document = new ObjectMapper()
                .valueToTree(new Load(LoadSettings.builder().build()).loadFromString(OpenApiEndpoint.document()));
    }

    @AfterEach
    void stop() {
        server.close();
        metrics.close();
        http.close();
    }

    @Test
    void everyRouteIsDescribedAndNoOther() {
        Set<String> described = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    assertThat(METHODS).contains(method);
                    described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }));
        Set<String> served = new TreeSet<>(server.endpoints().stream()
                .map(e -> e.method.name() + " " + e.path)
                .toList());
        // The console's files.
        assertThat(served.remove("GET /*")).isTrue();
        assertThat(served).hasSizeGreaterThan(20);
        assertThat(described).isEqualTo(served);
    }

    @Test
    void everyPathParameterIsDeclaredAndEveryReferenceLeadsSomewhere() throws IOException {
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().forEach(operation -> {
                    Set<String> declared = new TreeSet<>();
                    operation.path("parameters").forEach(p -> {
                        if (p.path("in").asText().equals("path")) {
                            declared.add("{" + p.path("name").asText() + "}");
                        }
                    });
                    Set<String> named = new TreeSet<>();
                    Matcher m = Pattern.compile("\\{\\w+}").matcher(path.getKey());
                    while (m.find()) {
                        named.add(m.group());
                    }
                    assertThat(declared).as(path.getKey()).isEqualTo(named);
                    assertThat(operation.path("responses")).as(path.getKey()).isNotEmpty();
                    assertThat(operation.path("summary").asText())
                            .as(path.getKey())
                            .isNotBlank();
                }));
        Matcher references = REFERENCE.matcher(document.toString());
        int count = 0;
        while (references.find()) {
            assertThat(document.at("/" + references.group(1)).isMissingNode())
                    .as(references.group(1))
                    .isFalse();
            count++;
        }
        assertThat(count).isGreaterThan(20);
    }

    @Test
    void answersHaveTheFieldsThatAreDescribed() throws Exception {
        JsonNode status = get("/api/v1/status");
        assertThat(names(status)).isEqualTo(schema("Status"));
        assertThat(names(status.path("nodes").get(0))).isEqualTo(schema("Node"));
        assertThat(names(get("/api/v1/elections").path("elections").get(0))).isEqualTo(schema("Election"));
        assertThat(names(get("/api/v1/events").path("events").get(0))).isEqualTo(schema("Event"));
        assertThat(names(get("/api/v1/verify/v1"))).isEqualTo(schema("Verification"));
    }

    private Set<String> schema(String name) {
        return names(document.at("/components/schemas/" + name + "/properties"));
    }

    private static Set<String> names(JsonNode object) {
        assertThat(object).isInstanceOf(ObjectNode.class);
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private JsonNode get(String path) throws Exception {
        String body = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                                .header("Authorization", "Bearer pw")
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return new ObjectMapper().readTree(body);
    }

    private static ClusterSnapshot cluster() {
        NodeStatus n1 = new NodeStatus("n1", TestParts.PROCESS, NodeState.MASTER, 7, 100, 100, 0, "h", 1, 2, "h", 3);
        return new ClusterSnapshot(
                "n1", 7, 100, "n1", List.of(new Known(n1, Traffic.NONE, Duration.ZERO)), Counters.NONE);
    }
}
