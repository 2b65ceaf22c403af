package io.understudy.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.VerificationRunner;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.execution.MasterGate;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A comparison ordered at any node: the master begins it, so another node passes the order on, and asks it how far it is. Safe for use by many threads. */
final class ForwardedVerification implements VerificationRunner {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final int REMEMBERED_MAX = 64;

    private final MasterGate gate;
    private final VerificationRunner here;
    private final ReplicatedLog log;
    private final PeerApi peers;
    /** Which node was given the order that it answered with that id. */
    private final Map<String, String> given = new LinkedHashMap<>();

    ForwardedVerification(MasterGate gate, VerificationRunner here, ReplicatedLog log, PeerApi peers) {
        this.gate = gate;
        this.here = here;
        this.log = log;
        this.peers = peers;
    }

    @Override
    public String start(Request request, boolean mayForward) throws OrderRefusedException {
        if (gate.epoch() > 0 || !mayForward) {
            return here.start(request, false);
        }
        NodeStatus master = peers.openMaster()
                .orElseThrow(() -> new OrderRefusedException(
                        "no node is open as master now; a comparison begins there. Try again when there is one"));
        String id = peers.order(
                        master, "the master " + master.name(), new PeerApi.Order(path(request), 202, ANSWER_MAX, ""))
                .path("id")
                .asText();
        remember(id, master.name());
        return id;
    }

    private static String path(Request request) {
        List<String> words = new ArrayList<>();
        request.tables().forEach(t -> words.add("table=" + encoded(t)));
        request.nodes().forEach(n -> words.add("node=" + encoded(n)));
        words.add("rows=" + request.rows());
        return "/api/v1/verify?" + String.join("&", words);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private synchronized void remember(String id, String node) {
        given.put(id, node);
        if (given.size() > REMEMBERED_MAX) {
            given.remove(given.keySet().iterator().next());
        }
    }

    private synchronized Optional<String> givenTo(String id) {
        return Optional.ofNullable(given.get(id));
    }

    @Override
    public Optional<Verification> result(String id) {
        Optional<Verification> own = here.result(id);
        return own.isPresent() ? own : givenTo(id).flatMap(node -> ask(node, id));
    }

    private Optional<Verification> ask(String node, String id) {
        NodeStatus there = log.peer(node);
        if (there == null) {
            return Optional.empty();
        }
        try {
            PeerApi.Answer answer = peers.get(there, "/api/v1/verify/" + encoded(id));
            return answer.status() == 200 ? Optional.of(verification(answer.body())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Verification verification(JsonNode json) {
        return new Verification(
                json.path("id").asText(),
                State.valueOf(json.path("state").asText().toUpperCase(Locale.ROOT)),
                json.path("index").asLong(),
                json.path("tables").asInt(),
                json.path("sequences").asInt(),
                texts(json.path("nodes")),
                texts(json.path("findings")),
                texts(json.path("wrong")),
                json.path("percent").asInt(),
                json.path("progress").asText());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(t -> texts.add(t.asText()));
        return texts;
    }
}
