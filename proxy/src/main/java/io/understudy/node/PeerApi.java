package io.understudy.node;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.admin.Members;
import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.Peers;
import io.understudy.config.NodeConfig;
import io.understudy.config.PeerTls;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.signin.SignedTokens;
import io.understudy.tls.Trust;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks other nodes by their administration API, signed in as this node. Safe for use by many threads. */
final class PeerApi implements Peers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerApi.class);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final Duration SHORT = Duration.ofSeconds(5);
    /** For pages that are looked at: rather without a node than late. */
    private static final Duration AT_ONCE = Duration.ofMillis(1500);

    private final HttpClient http;
    private final String scheme;
    private final ObjectMapper json =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    private final String self;
    private final ReplicatedLog log;
    private final SignedTokens tokens;

    /** @throws IOException if the other nodes' certificates cannot be checked with what the settings name for it */
    PeerApi(NodeConfig config, ReplicatedLog log, SignedTokens tokens) throws IOException {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(CONNECT_MAX);
        Optional<PeerTls> tls = config.adminAccess().tls();
        if (tls.isPresent()) {
            client.sslContext(Trust.in(tls.get().ca()));
        }
        this.http = client.build();
        this.scheme = tls.isPresent() ? "https://" : "http://";
        this.self = config.node();
        this.log = log;
        this.tokens = tokens;
    }

    /** An answer: its status code and JSON, which is missing if there is none. */
    record Answer(int status, JsonNode body) {
        /** What the node says is wrong. */
        String error() {
            return body.path("error").asText("status " + status);
        }
    }

    Answer get(NodeStatus node, String path) throws IOException, InterruptedException {
        return get(node, path, SHORT);
    }

    Answer get(NodeStatus node, String path, Duration limit) throws IOException, InterruptedException {
        return send(request(node, path, limit).GET());
    }

    Answer post(NodeStatus node, String path, Duration limit) throws IOException, InterruptedException {
        return send(request(node, path, limit).POST(BodyPublishers.noBody()));
    }

    /**
     * What a node, of the cluster or not yet, knows of who belongs to it.
     *
     * @throws OrderRefusedException if it does not tell
     */
    Members.Known look(NodeStatus node) throws OrderRefusedException {
        return as(body(node.name(), 200, "", () -> get(node, "/api/v1/members")), Members.Known.class);
    }

    /** The node that says that it is open as master; the newest one if several do. */
    Optional<NodeStatus> openMaster() {
        return log.peers().values().stream()
                .filter(n -> n.state() == NodeState.MASTER)
                .max(Comparator.comparingLong(NodeStatus::epoch));
    }

    /**
     * What somebody wants another node to do.
     *
     * @param taken status code by which a node says that it does
     * @param ifSilent what people are told besides if it does not answer; may be empty
     */
    record Order(String path, int taken, Duration limit, String ifSilent) {}

    /**
     * Passes an order on.
     *
     * @param who that node is, for people
     * @return what it answers
     * @throws OrderRefusedException if it refuses, does not answer, or this thread is interrupted
     */
    JsonNode order(NodeStatus node, String who, Order order) throws OrderRefusedException {
        return body(who, order.taken(), order.ifSilent(), () -> post(node, order.path(), order.limit()));
    }

    private interface Question {
        Answer ask() throws IOException, InterruptedException;
    }

    private static JsonNode body(String who, int wanted, String ifSilent, Question question)
            throws OrderRefusedException {
        try {
            Answer answer = question.ask();
            if (answer.status() != wanted) {
                throw new OrderRefusedException(who + " refuses: " + answer.error());
            }
            return answer.body();
        } catch (IOException e) {
            throw new OrderRefusedException(who + " did not answer" + ifSilent + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OrderRefusedException("interrupted while " + who + " was asked");
        }
    }

    /** What the other nodes answer that do in time, by their names. */
    Map<String, JsonNode> askAll(String path) {
        Map<String, CompletableFuture<HttpResponse<byte[]>>> asked = new HashMap<>();
        for (NodeStatus node : log.peers().values()) {
            asked.put(
                    node.name(),
                    http.sendAsync(request(node, path, AT_ONCE).GET().build(), BodyHandlers.ofByteArray()));
        }
        Map<String, JsonNode> answers = new HashMap<>();
        asked.forEach((node, future) -> {
            try {
                HttpResponse<byte[]> answer = future.join();
                if (answer.statusCode() == 200) {
                    answers.put(node, json.readTree(answer.body()));
                }
            } catch (CompletionException | IOException e) {
                LOG.debug("{} did not answer {}", node, path, e);
            }
        });
        return answers;
    }

    /** An answer as one of the administration API's records. */
    <T> T as(JsonNode answer, Class<T> type) {
        return json.convertValue(answer, type);
    }

    @Override
    public List<String> origins() {
        return log.peers().values().stream()
                .map(n -> scheme + n.host() + ":" + n.adminPort())
                .sorted()
                .toList();
    }

    @Override
    public void signedOut(String session) {
        for (NodeStatus node : log.peers().values()) {
            http.sendAsync(
                            request(node, "/api/v1/session/" + session, SHORT)
                                    .DELETE()
                                    .build(),
                            BodyHandlers.discarding())
                    .whenComplete((answer, failure) -> {
                        if (failure != null) {
                            LOG.warn("{} was not told that a session is over: {}", node.name(), failure.toString());
                        }
                    });
        }
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
        return new Answer(answer.statusCode(), json.readTree(answer.body()));
    }

    private HttpRequest.Builder request(NodeStatus node, String path, Duration limit) {
        return HttpRequest.newBuilder(URI.create(address(node) + path))
                .header("Authorization", "Bearer " + tokens.forNode(self))
                .timeout(limit);
    }

    private String address(NodeStatus node) {
        return scheme + node.internal().host() + ":" + node.internal().adminPort();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
