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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Tells the story: work, the master's death, another master, the old one's return, and the proof that all nodes are equal and nothing is lost. */
final class Demo {
    private static final Duration EQUAL_LIMIT = Duration.ofSeconds(60);
    private static final Duration FAILOVER_LIMIT = Duration.ofSeconds(30);
    private static final Duration RETURN_LIMIT = Duration.ofSeconds(60);

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final LocalCluster cluster;
    private final Clients clients;
    private final Duration length;
    private final Teller teller;

    Demo(LocalCluster cluster, Clients clients, Duration length, Teller teller) {
        this.cluster = cluster;
        this.clients = clients;
        this.length = length;
        this.teller = teller;
    }

    /** Whether everything held that Understudy promises. */
    boolean tell() throws IOException, SQLException, InterruptedException {
        Verdict verdict = new Verdict();
        teller.say("Flyway creates the order entry schema through " + clients);
        Schema.migrate(clients);

        OptionalLong gapMillis;
        Map<String, Long> readsByNode = new TreeMap<>();
        Workload workload = new Workload(clients);
        try (ServerReads reads = new ServerReads(cluster)) {
            try (workload) {
                LiveLine live = new LiveLine(cluster, workload.tally(), reads, teller);
                workload.start();
                live.show(length.dividedBy(3), DONE);
                gapMillis = failover(workload.tally(), live);
            }
            for (LocalNode node : cluster.nodes()) {
                readsByNode.put(node.name(), reads.on(node));
            }
        }
        verdict.add(
                "writes resumed after the master's death", gapMillis.isPresent() ? List.of() : List.of("they did not"));
        verdict.add("every node answered reads", withoutReads(readsByNode));
        teller.say("work is over; waiting until every node has applied the whole log");
        verdict.add("all nodes reached the same applied index", awaitEqualIndexes());
        verdict.add("verification by the cluster itself", verified());
        Map<String, Contents> contents = Contents.ofAll(cluster);
        verdict.add("tables and sequences are equal on all servers", Contents.differences(contents));
        verdict.add(
                "acknowledged orders are there exactly once on all servers", Orders.check(cluster, workload.tally()));
        verdict.add("there was real work", workload.tally().complaints());
        Forms forms = Forms.ofLog(cluster);
        teller.say(Summary.text(workload.tally(), readsByNode, forms, contents, gapMillis, verdict));
        return verdict.held();
    }

    /** Kills the master's proxy, shows who follows, starts the proxy again and lets clients come back to it. */
    private OptionalLong failover(Tally tally, LiveLine live) throws IOException, SQLException, InterruptedException {
        LocalNode master = master();
        teller.say("kill -9 the proxy of the master, " + master.name());
        Instant killed = Instant.now();
        long killedNanos = System.nanoTime();
        master.killProxy();
        tally.mark(System.nanoTime());
        Await.within(FAILOVER_LIMIT, () -> tally.firstWriteBegunAfterMark().isPresent());
        OptionalLong written = tally.firstWriteBegunAfterMark();
        OptionalLong gapMillis = written.isPresent()
                ? OptionalLong.of(
                        Duration.ofNanos(written.getAsLong() - killedNanos).toMillis())
                : written;
        if (gapMillis.isPresent()) {
            teller.say("next acknowledged write after " + gapMillis.getAsLong() + " ms; the master is now "
                    + masterName());
            Election.lines(cluster, masterName(), killed).forEach(teller::say);
        } else {
            teller.say("no write was acknowledged within " + FAILOVER_LIMIT.toSeconds() + " s");
        }
        live.show(length.dividedBy(3), DONE);

        teller.say("starting the proxy of " + master.name() + " again");
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                master.startProxy();
                started.complete(Await.within(RETURN_LIMIT, () -> isReplica(master)));
            } catch (IOException e) {
                started.completeExceptionally(e);
            }
        });
        live.show(Duration.ZERO, started);
        try {
            teller.say(
                    started.get()
                            ? master.name() + " is a replica; the application's pool renews its connections"
                            : master.name() + " is no replica within " + RETURN_LIMIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
        clients.renew();
        live.show(length.dividedBy(3), DONE);
        return gapMillis;
    }

    private static List<String> withoutReads(Map<String, Long> readsByNode) {
        return readsByNode.entrySet().stream()
                .filter(e -> e.getValue() == 0)
                .map(e -> e.getKey() + " answered none")
                .toList();
    }

    private boolean isReplica(LocalNode node) throws IOException {
        for (JsonNode known : cluster.status().path("nodes")) {
            if (known.path("name").asText().equals(node.name())) {
                return known.path("state").asText().equals("replica");
            }
        }
        return false;
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
