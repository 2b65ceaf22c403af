package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy resync}: a node's database is made equal to the others'. */
@Command(
        name = "resync",
        mixinStandardHelpOptions = true,
        description =
                "Makes a replica's database equal to another node's, online; exit code 1 if it did not come to its end.",
        footer = {"%nExamples:", "  understudy resync --dir DIR --node node3"})
final class ResyncCommand implements Callable<Integer> {
    private static final Set<String> SERVING = Set.of("master", "replica", "reserved", "delayed", "drained");

    private static final Duration PAUSE = Duration.ofMillis(200);

    @Mixin
    private Cluster cluster = new Cluster();

    @Option(names = "--node", paramLabel = "NODE", required = true, description = "The node's name.")
    private String node = "";

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "How long to wait; 0: not at all.")
    private int limitSeconds;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        try (AdminClient client = cluster.client()) {
            long repairsBefore = named(client.status()).path("repairs").asLong();
            client.post("/api/v1/resync?node=" + URLEncoder.encode(node, StandardCharsets.UTF_8));
            Instant begun = Instant.now();
            String told = "";
            JsonNode now = named(client.status());
            while (limitSeconds > 0 && !repaired(now, repairsBefore)) {
                if (Instant.now().isAfter(begun.plusSeconds(limitSeconds))) {
                    throw new IOException("the resync of " + node + " did not end within " + limitSeconds
                            + " s; it goes on: " + now.path("repair").asText());
                }
                String progress = now.path("repair").asText();
                if (!json && !progress.equals(told)) {
                    told = progress;
                    out().println(node + ": " + progress);
                    out().flush();
                }
                Thread.sleep(PAUSE);
                now = named(client.status());
            }
            out().println(json ? now : node + " is " + now.path("state").asText());
            return ExitCode.OK;
        }
    }

    /** What nodes say of each other is a moment old, so its state alone does not tell: at first the quarantine may not be seen yet. */
    private static boolean repaired(JsonNode node, long before) {
        String state = node.path("state").asText();
        return SERVING.contains(state) && node.path("repairs").asLong() != before;
    }

    private JsonNode named(JsonNode status) throws IOException {
        for (JsonNode n : status.path("nodes")) {
            if (n.path("name").asText().equals(node)) {
                return n;
            }
        }
        throw new IOException("there is no node " + node);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
