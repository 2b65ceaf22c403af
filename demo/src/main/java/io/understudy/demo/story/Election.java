package io.understudy.demo.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a new master says of how it became one: the view without the old one, votes, its assignment. */
final class Election {
    private static final Set<String> KINDS = Set.of("view", "vote", "leader", "master");
    private static final int EVENTS_MAX = 1000;
    private static final int LINES_MAX = 8;

    private Election() {}

    /** Lines for people; none if that node does not answer. */
    static List<String> lines(LocalCluster cluster, String master, Instant since) {
        List<String> lines = new ArrayList<>();
        for (LocalNode node : cluster.nodes()) {
            if (node.name().equals(master)) {
                URI uri = URI.create("http://127.0.0.1:" + node.adminPort());
                try (AdminClient client = new AdminClient(List.of(uri), cluster.password())) {
                    for (JsonNode event :
                            client.get("/api/v1/events?limit=" + EVENTS_MAX).path("events")) {
                        Instant at = Instant.parse(event.path("at").asText());
                        if (!at.isBefore(since)
                                && KINDS.contains(event.path("kind").asText())
                                && lines.size() < LINES_MAX) {
                            lines.add("    " + at.toString().substring(11, 23) + "  "
                                    + event.path("text").asText());
                        }
                    }
                } catch (IOException e) {
                    // It has gone again; the story goes on.
                }
            }
        }
        return lines;
    }
}
