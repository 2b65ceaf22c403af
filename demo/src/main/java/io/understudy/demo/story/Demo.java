package io.understudy.demo.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.config.ConfigException;
import io.understudy.demo.cluster.Await;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Tells the story: work, the master's death, another master, the old one's return, and the proof that all nodes are equal and nothing is lost. */
final class Demo {
    private static final Duration EQUAL_LIMIT = Duration.ofSeconds(30);
    private static final Duration FAILOVER_LIMIT = Duration.ofSeconds(15);

    private final LocalCluster cluster;
    private final Duration length;
    private final Teller teller;

    Demo(LocalCluster cluster, Duration length, Teller teller) {
        this.cluster = cluster;
        this.length = length;
        this.teller = teller;
    }

    /** Whether everything held that Understudy promises. */
    boolean tell() throws IOException, SQLException, InterruptedException {
        Verdict verdict = new Verdict();
        teller.say("creating the order entry schema through " + cluster.node(1).name());
        Schema.create(cluster);

        OptionalLong gapMillis;
        Workload workload = new Workload(cluster);
        try (workload) {
            LiveLine live = new LiveLine(cluster, workload.tally(), teller);
            workload.start();
            live.show(length.dividedBy(3));

            LocalNode master = master();
            teller.say("kill -9 the proxy of the master, " + master.name());
            long killed = System.nanoTime();
            master.killProxy();
            gapMillis = awaitWrite(workload.tally(), killed);
            teller.say(
                    gapMillis.isPresent()
                            ? "next acknowledged write after " + gapMillis.getAsLong() + " ms; master is now "
                                    + masterName()
                            : "no write was acknowledged within " + FAILOVER_LIMIT.toSeconds() + " s");
            live.show(length.dividedBy(3));

            teller.say("starting the proxy of " + master.name() + " again");
            master.startProxy();
            live.show(length.dividedBy(3));
        }
        verdict.add(
                "writes resumed after the master's death", gapMillis.isPresent() ? List.of() : List.of("they did not"));
        teller.say("work is over; waiting until every node has applied the whole log");
        verdict.add("all nodes reached the same applied index", awaitEqualIndexes());
        verdict.add("verification by the cluster itself", verified());
        Map<String, Contents> contents = Contents.ofAll(cluster);
        verdict.add("tables and sequences are equal on all servers", Contents.differences(contents));
        verdict.add(
                "acknowledged orders are there exactly once on all servers", Orders.check(cluster, workload.tally()));
        verdict.add("there was real work", workload.tally().complaints());
        teller.say(Summary.text(cluster, workload.tally(), contents, gapMillis, verdict));
        return verdict.held();
    }

    private OptionalLong awaitWrite(Tally tally, long sinceNanos) throws IOException {
        Await.within(
                FAILOVER_LIMIT, () -> tally.firstWriteBegunAfter(sinceNanos).isPresent());
        OptionalLong done = tally.firstWriteBegunAfter(sinceNanos);
        return done.isPresent()
                ? OptionalLong.of(
                        Duration.ofNanos(done.getAsLong() - sinceNanos).toMillis())
                : done;
    }

    private LocalNode master() throws IOException {
        String name = masterName();
        return cluster.nodes().stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("the cluster has no master"));
    }

    private String masterName() throws IOException {
        for (JsonNode node : cluster.status().path("nodes")) {
            if (node.path("role").asText().equals("master")) {
                return node.path("name").asText();
            }
        }
        return "nobody";
    }

    private List<String> awaitEqualIndexes() throws IOException {
        boolean equal = Await.within(EQUAL_LIMIT, () -> {
            JsonNode status = cluster.status();
            long last = status.path("lastIndex").asLong();
            for (JsonNode node : status.path("nodes")) {
                if (node.path("appliedIndex").asLong() != last
                        || node.path("lagEntries").asLong() != 0) {
                    return false;
                }
            }
            return true;
        });
        return equal ? List.of() : List.of("not within " + EQUAL_LIMIT.toSeconds() + " s: " + cluster.status());
    }

    private List<String> verified() throws InterruptedException {
        try (AdminClient client = AdminClient.ofCluster(cluster.directory());
                AdminClient master = client.ofMaster()) {
            String id = master.post("/api/v1/verify").path("id").asText();
            Instant giveUp = Instant.now().plus(EQUAL_LIMIT);
            JsonNode result = master.get("/api/v1/verify/" + id);
            while (result.path("state").asText().equals("running")
                    && Instant.now().isBefore(giveUp)) {
                Thread.sleep(100);
                result = master.get("/api/v1/verify/" + id);
            }
            if (result.path("state").asText().equals("equal")) {
                return List.of();
            }
            List<String> findings =
                    new ArrayList<>(List.of("it says " + result.path("state").asText()));
            result.path("findings").forEach(f -> findings.add(f.asText()));
            return findings;
        } catch (IOException | ConfigException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }
}
