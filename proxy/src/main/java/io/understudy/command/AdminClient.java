package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.config.ConfigException;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfigReader;
import io.understudy.config.PeerTls;
import io.understudy.tls.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * Asks nodes by their administration API. Safe for use by many threads.
 */
public final class AdminClient implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);
    /** A wrong password, and too many of them. */
    private static final Set<Integer> NOT_LET_IN = Set.of(401, 403, 429);

    private static final Duration STATUS_LIMIT = Duration.ofSeconds(2);
    private static final Duration ORDER_LIMIT = Duration.ofSeconds(90);

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http;
    private final List<URI> nodes;
    private final String authorization;
    /** Whether the connections are this one's to close. */
    private final boolean owned;

    /**
     * A client of some nodes of one cluster.
     *
     * @param nodes such as {@code http://127.0.0.1:7432}; at least one
     * @param password the cluster's
     */
    public AdminClient(List<URI> nodes, String password) {
        this(nodes, password, client());
    }

    /**
     * The same over HTTPS.
     *
     * @param ca PEM: who signed the nodes' certificates
     * @throws ConfigException if it cannot be used
     */
    AdminClient(List<URI> nodes, String password, Path ca) throws ConfigException {
        this(nodes, password, client(ca));
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build();
    }

    private static HttpClient client(Path ca) throws ConfigException {
        try {
            return HttpClient.newBuilder()
                    .connectTimeout(CONNECT_LIMIT)
                    .sslContext(Trust.in(ca))
                    .build();
        } catch (IOException e) {
            throw new ConfigException(ca + " cannot be used to check the nodes' certificates: " + e.getMessage());
        }
    }

    private AdminClient(List<URI> nodes, String password, HttpClient http) {
        this.http = http;
        this.owned = true;
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("no node to ask");
        }
        this.nodes = List.copyOf(nodes);
        byte[] pair = ("postgres:" + password).getBytes(StandardCharsets.UTF_8);
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /**
     * A client of a local cluster.
     *
     * @param directory of the cluster; has {@code node1/node.yaml} and so on
     * @throws ConfigException if there is no cluster
     */
    public static AdminClient ofCluster(Path directory) throws ConfigException {
        List<NodeConfig> configs = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "node*")) {
            for (Path node : files) {
                configs.add(NodeConfigReader.ofOtherNodes().read(node.resolve("node.yaml")));
            }
        } catch (IOException e) {
            throw new ConfigException("no cluster in " + directory + ": it cannot be read as a directory (" + e + ")");
        }
        if (configs.isEmpty()) {
            throw new ConfigException("no cluster in " + directory + " (no node1/node.yaml)");
        }
        NodeConfig first = configs.getFirst();
        List<URI> uris = configs.stream().map(AdminClient::uri).toList();
        String password = first.postgres().password();
        Optional<PeerTls> tls = first.adminAccess().tls();
        return tls.isPresent() ? new AdminClient(uris, password, tls.get().ca()) : new AdminClient(uris, password);
    }

    /**
     * The status as the node knows it that knows most: of all that answer in time, highest epoch, then highest index.
     *
     * @throws UnreachableException if none answers
     * @throws IOException with a node's words if all that answer refuse this client
     */
    public JsonNode status() throws IOException {
        Map<URI, String> silent = new ConcurrentHashMap<>();
        List<HttpResponse<String>> answers = nodes.stream()
                .map(node -> http.sendAsync(request(node, "/api/v1/status", STATUS_LIMIT), BodyHandlers.ofString())
                        .thenApply(Optional::of)
                        .exceptionally(e -> {
                            silent.put(node, why(e));
                            return Optional.empty();
                        }))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .flatMap(Optional::stream)
                .toList();
        return answers.stream()
                .map(this::successful)
                .flatMap(Optional::stream)
                .max(Comparator.<JsonNode>comparingLong(s -> s.path("epoch").asLong())
                        .thenComparingLong(s -> s.path("lastIndex").asLong()))
                .orElseThrow(() -> answers.stream()
                        .filter(answer -> NOT_LET_IN.contains(answer.statusCode()))
                        .findFirst()
                        .map(this::refused)
                        .orElseGet(() -> unreachable(silent)));
    }

    /**
     * Asks the first node that answers.
     *
     * @param path with query, from the slash on
     * @throws UnreachableException if none answers
     * @throws IOException with the node's words if it refuses
     */
    public JsonNode get(String path) throws IOException {
        return first(path, false);
    }

    /** Orders the first node that can be reached, and no other one if that does not answer; waits up to 90 s. Errors as {@link #get}. */
    public JsonNode post(String path) throws IOException {
        return first(path, true);
    }

    /**
     * A client of the master alone. Asked by the address that nodes use among themselves first: beside a node, in a container, the advertised one may be another's.
     *
     * @throws IOException if there is none now
     */
    public AdminClient ofMaster() throws IOException {
        String scheme = nodes.getFirst().getScheme();
        for (JsonNode node : status().path("nodes")) {
            if (node.path("role").asText().equals("master")) {
                List<URI> ways = new ArrayList<>();
                String internal = node.path("internalAdmin").asText();
                if (!internal.isEmpty()) {
                    ways.add(URI.create(scheme + "://" + internal));
                }
                ways.add(uri(
                        scheme,
                        node.path("host").asText(),
                        node.path("adminPort").asInt()));
                return new AdminClient(this, ways);
            }
        }
        throw new IOException("the cluster has no master now");
    }

    /** A client of another node, with the same password. */
    public AdminClient of(URI node) {
        return new AdminClient(this, List.of(node));
    }

    /** A client of all but one, unless there is only that. */
    AdminClient without(URI node) {
        List<URI> others = nodes.stream()
                .filter(n -> !n.getAuthority().equals(node.getAuthority()))
                .toList();
        return others.isEmpty() ? this : new AdminClient(this, others);
    }

    /** Where nodes are asked. */
    List<URI> nodes() {
        return nodes;
    }

    /** An answer that need not end; the caller closes its body. */
    HttpResponse<InputStream> open(URI node, String path) throws IOException {
        try {
            return http.send(request(node, path, STATUS_LIMIT), BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        if (owned) {
            http.shutdownNow();
        }
    }

    private AdminClient(AdminClient other, List<URI> nodes) {
        this.http = other.http;
        this.owned = false;
        this.nodes = nodes.stream().distinct().toList();
        this.authorization = other.authorization;
    }

    private JsonNode first(String path, boolean order) throws IOException {
        Map<URI, String> silent = new HashMap<>();
        for (URI node : nodes) {
            HttpResponse<String> answer;
            try {
                HttpRequest request = order
                        ? HttpRequest.newBuilder(request(node, path, ORDER_LIMIT), (name, value) -> true)
                                .POST(BodyPublishers.noBody())
                                .build()
                        : request(node, path, STATUS_LIMIT);
                answer = http.sendAsync(request, BodyHandlers.ofString()).get();
            } catch (ExecutionException e) {
                if (order && !(e.getCause() instanceof ConnectException)) {
                    // It may have been carried out: another node must not be given it again.
                    throw new IOException(
                            node.getAuthority() + " was given the order and did not answer; look at the status", e);
                }
                silent.put(node, why(e));
                continue; // That node does not answer; the next one may.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            return successful(answer).orElseThrow(() -> refused(answer));
        }
        throw unreachable(silent);
    }

    private HttpRequest request(URI node, String path, Duration limit) {
        return HttpRequest.newBuilder(node.resolve(path))
                .header("Authorization", authorization)
                .timeout(limit)
                .build();
    }

    private Optional<JsonNode> successful(HttpResponse<String> answer) {
        return answer.statusCode() / 100 == 2 ? parsed(answer.body()) : Optional.empty();
    }

    private IOException refused(HttpResponse<String> answer) {
        String words = parsed(answer.body())
                .map(json -> json.path("error").asText(""))
                .filter(error -> !error.isEmpty())
                .orElse("it answered with status " + answer.statusCode());
        return new IOException(answer.uri().getAuthority() + ": " + words);
    }

    private Optional<JsonNode> parsed(String body) {
        try {
            return Optional.ofNullable(mapper.readTree(body));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private UnreachableException unreachable(Map<URI, String> silent) {
        return new UnreachableException("no node answers; asked "
                + nodes.stream()
                        .map(n -> n.getAuthority() + " (" + silent.getOrDefault(n, "no good answer") + ")")
                        .collect(Collectors.joining(", "))
                + ". Check the addresses, which are those of admin ports, and that a node runs.");
    }

    private static String why(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case HttpTimeoutException t -> "no answer in time";
            case ConnectException c ->
                c.getCause() instanceof UnresolvedAddressException ? "unknown host" : "no connection";
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }

    private static URI uri(NodeConfig config) {
        return uri(config.adminAccess().tls().isPresent() ? "https" : "http", config.adminHost(), config.adminPort());
    }

    private static URI uri(String scheme, String host, int port) {
        String reachable = host.equals("0.0.0.0") || host.isEmpty() ? "127.0.0.1" : host;
        return URI.create(scheme + "://" + reachable + ":" + port);
    }
}
