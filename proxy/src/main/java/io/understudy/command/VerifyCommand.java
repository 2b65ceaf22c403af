package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy verify}: are all nodes equal? */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Compares tables and sequences of all nodes at one index; exit code 1 if they differ.")
final class VerifyCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(200);

    @Mixin
    private Cluster cluster = new Cluster();

    @Option(names = "--limit", paramLabel = "SECONDS", defaultValue = "600", description = "How long to wait.")
    private int limitSeconds;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        // The master runs it, so that start and result are asked of one node.
        try (AdminClient client = cluster.client();
                AdminClient master = client.ofMaster()) {
            String id = master.post("/api/v1/verify").path("id").asText();
            JsonNode result = await(master, id);
            print(result);
            return result.path("state").asText().equals("equal") ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private JsonNode await(AdminClient master, String id) throws IOException, InterruptedException {
        Instant giveUp = Instant.now().plusSeconds(limitSeconds);
        while (true) {
            JsonNode result = master.get("/api/v1/verify/" + id);
            if (!result.path("state").asText().equals("running")) {
                return result;
            }
            if (Instant.now().isAfter(giveUp)) {
                throw new IOException("verification " + id + " did not end within " + limitSeconds + " s");
            }
            Thread.sleep(PAUSE);
        }
    }

    private void print(JsonNode result) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(result);
            return;
        }
        out.println(result.path("state").asText() + ": " + result.path("tables").asInt() + " tables and "
                + result.path("sequences").asInt() + " sequences of "
                + result.path("nodes").size() + " nodes at index "
                + result.path("index").asLong());
        result.path("findings").forEach(f -> out.println("  " + f.asText()));
    }
}
