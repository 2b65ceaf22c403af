package io.understudy.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.admin.NodeSums.Sums;
import io.understudy.config.NodeConfig;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Asks other nodes what they found at a verification point. */
final class PeerSums implements AutoCloseable {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ObjectMapper json = new ObjectMapper();
    private final String password;

    PeerSums(NodeConfig config) {
        this.password = config.postgres().password();
    }

    /** Empty while the node has not come to that point. */
    Optional<Sums> ask(NodeStatus node, UUID point) throws IOException, InterruptedException {
        NodeStatus.Internal address = node.internal();
        URI uri = URI.create(
                "http://" + address.host() + ":" + address.adminPort() + "/api/v1/verify/" + point + "/sums");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + password)
                .timeout(ANSWER_MAX)
                .build();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return switch (answer.statusCode()) {
            case 200 -> Optional.of(json.readValue(answer.body(), Sums.class));
            case 404 -> Optional.empty();
            default -> throw new IOException(node.name() + " answers " + answer.statusCode());
        };
    }

    @Override
    public void close() {
        http.close();
    }
}
