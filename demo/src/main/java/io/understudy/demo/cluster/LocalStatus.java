package io.understudy.demo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.understudy.command.AdminClient;
import io.understudy.command.UnreachableException;
import java.io.IOException;
import java.util.List;

/** The status that a node gives, with every node of the plan in it, in order. */
final class LocalStatus {
    private LocalStatus() {}

    static ObjectNode complete(AdminClient client, List<LocalNode> nodes) throws IOException {
        JsonNode given;
        try {
            given = client.status();
        } catch (UnreachableException e) {
            given = JsonNodeFactory.instance.objectNode().put("epoch", 0).put("lastIndex", 0);
        }
        ObjectNode complete = JsonNodeFactory.instance.objectNode();
        complete.set("epoch", given.path("epoch"));
        complete.set("lastIndex", given.path("lastIndex"));
        ArrayNode list = complete.putArray("nodes");
        for (LocalNode node : nodes) {
            list.add(one(node, given, node.proxyPid().isPresent()));
        }
        if (given.has("counters")) {
            complete.set("counters", given.path("counters"));
        }
        return complete;
    }

    /** Whether any node answered. */
    static boolean reachable(JsonNode status) {
        for (JsonNode node : status.path("nodes")) {
            if (!node.path("state").asText().equals("unreachable")) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode one(LocalNode node, JsonNode given, boolean running) {
        for (JsonNode candidate : given.path("nodes")) {
            if (candidate.path("name").asText().equals(node.name())) {
                ObjectNode known = candidate.deepCopy();
                return running ? withPorts(known, node) : unreachable(withPorts(known, node));
            }
        }
        ObjectNode unknown = JsonNodeFactory.instance.objectNode().put("name", node.name());
        unknown.put("role", "unknown").put("state", "unreachable");
        unknown.put("appliedIndex", 0);
        unknown.put("lagEntries", given.path("lastIndex").asLong());
        unknown.put("lagSeconds", 0.0);
        return withPorts(unknown, node);
    }

    /** Others may not have noticed yet that it is gone. */
    private static ObjectNode unreachable(ObjectNode node) {
        if (node.path("role").asText().equals("master")) {
            node.put("role", "unknown");
        }
        return node.put("state", "unreachable");
    }

    private static ObjectNode withPorts(ObjectNode json, LocalNode node) {
        return json.put("clientPort", node.clientPort())
                .put("adminPort", node.adminPort())
                .put("postgresPort", node.postgresPort());
    }
}
