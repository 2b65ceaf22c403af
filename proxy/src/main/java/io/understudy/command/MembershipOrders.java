package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Has nodes added to a cluster and removed from it, and tells how that goes. */
public final class MembershipOrders {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration GONE_MAX = Duration.ofSeconds(3);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

    private final AdminClient cluster;
    private final Consumer<String> told;

    /** @param told gets what is done line by line */
    public MembershipOrders(AdminClient cluster, Consumer<String> told) {
        this.cluster = cluster;
        this.told = told;
    }

    /**
     * Adds a node that runs already; returns when it has a vote.
     *
     * @param newcomer its admin address
     * @param limit how long its vote is waited for; zero: not at all
     * @throws IOException with a node's words if it is refused, or there is no vote in time
     */
    public void add(URI newcomer, boolean dryRun, Duration limit) throws IOException {
        JsonNode self = members(cluster.of(newcomer)).path("self");
        String name = self.path("name").asText();
        add(
                cluster.without(newcomer),
                name,
                "&life=" + encoded(self.path("life").asText()) + "&host="
                        + encoded(self.path("host").asText()) + "&clusterPort="
                        + self.path("clusterPort").asInt(),
                dryRun,
                limit);
    }

    /** The same with a node that the cluster's nodes hear. */
    public void addWaiting(String name, boolean dryRun, Duration limit) throws IOException {
        add(cluster, name, "", dryRun, limit);
    }

    private void add(AdminClient asked, String name, String more, boolean dryRun, Duration limit) throws IOException {
        JsonNode done = asked.post("/api/v1/members?name=" + encoded(name) + more + "&dryRun=" + dryRun);
        tell(done, name + " is one of the nodes already");
        if (!dryRun && !limit.isZero()) {
            awaitVote(name, limit);
        }
    }

    /**
     * Removes a node.
     *
     * @throws IOException with a node's words if it is refused
     */
    public void remove(String node, boolean dryRun) throws IOException {
        JsonNode done;
        try {
            done = cluster.post("/api/v1/members/" + encoded(node) + "/remove?dryRun=" + dryRun);
        } catch (IOException e) {
            if (dryRun || !awaitGone(node)) {
                throw e;
            }
            // It was the one asked, and ended before it could answer.
            told.accept(node + " is removed");
            return;
        }
        tell(done, node + " is none of the nodes");
    }

    private boolean awaitGone(String node) throws IOException {
        Instant deadline = Instant.now().plus(GONE_MAX);
        while (!named(node).isMissingNode()) {
            if (Instant.now().isAfter(deadline)) {
                return false;
            }
            pause("interrupted");
        }
        return true;
    }

    private static void pause(String ifInterrupted) throws IOException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(ifInterrupted, e);
        }
    }

    private void tell(JsonNode done, String nothing) {
        if (done.path("steps").isEmpty()) {
            told.accept(nothing);
        } else {
            told.accept(done.path("dryRun").asBoolean() ? "this would be done:" : "this was ordered:");
            done.path("steps").forEach(step -> told.accept("  " + step.asText()));
        }
    }

    private void awaitVote(String name, Duration limit) throws IOException {
        Instant deadline = Instant.now().plus(limit);
        String last = "";
        JsonNode now = named(name);
        while (!now.path("votes").asBoolean()) {
            String progress = progress(name, now);
            if (!progress.equals(last)) {
                last = progress;
                told.accept(progress);
            }
            if (Instant.now().isAfter(deadline)) {
                throw new IOException(name + " has no vote after " + limit.toSeconds() + " s; it goes on: " + progress);
            }
            pause("interrupted; it goes on: " + progress);
            now = named(name);
        }
        told.accept(name + " has a vote");
    }

    private static String progress(String name, JsonNode member) {
        String repair = member.path("repair").asText();
        return name + " is " + member.path("state").asText("not there yet")
                + (repair.isEmpty() ? "" : ", its database is copied: " + repair) + ", "
                + member.path("lagEntries").asLong() + " entries behind";
    }

    /** A node that has just been started, or whose cluster is busy with changing, may need a while to answer. */
    private static JsonNode members(AdminClient asked) throws IOException {
        Instant deadline = Instant.now().plus(ANSWER_MAX);
        while (true) {
            try {
                return asked.get("/api/v1/members");
            } catch (UnreachableException e) {
                if (Instant.now().isAfter(deadline)) {
                    throw e;
                }
                pause("interrupted");
            }
        }
    }

    /** A node as the cluster knows it; a missing one if it does not. */
    private JsonNode named(String node) throws IOException {
        for (JsonNode m : members(cluster).path("members")) {
            if (m.path("name").asText().equals(node)) {
                return m;
            }
        }
        return MissingNode.getInstance();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
