package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code understudy verify}: are all nodes equal? */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Compares tables, sequences and catalogs of all nodes, while they go on working; exit code 1 if they differ.",
            "A node that is found wrong goes into quarantine."
        },
        footer = {
            "%nExamples:",
            "  understudy verify --dir DIR",
            "  understudy verify --url http://db1:7432 --table shop.orders --nodes node1,node3"
        })
final class VerifyCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int ROWS_MAX = 100_000_000;

    @Mixin
    private Cluster cluster = new Cluster();

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description = "Only this table; may be given several times. Without it: everything.")
    private List<String> tables = new ArrayList<>();

    @Option(
            names = "--nodes",
            paramLabel = "NODE",
            split = ",",
            description = "Only these nodes, two or more; without it all, and each must be there.")
    private List<String> nodes = new ArrayList<>();

    @Option(
            names = "--rows",
            paramLabel = "ROWS",
            defaultValue = "200000",
            description = "Rows of a large table that are compared at one index; 1 to 100000000.")
    private int rows;

    @Option(names = "--limit", paramLabel = "SECONDS", defaultValue = "600", description = "How long to wait.")
    private int limitSeconds;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        if (rows < 1 || rows > ROWS_MAX) {
            throw new ParameterException(
                    spec.commandLine(), "--rows is " + rows + ", but must be from 1 to " + ROWS_MAX);
        }
        if (nodes.stream().distinct().count() == 1) {
            throw new ParameterException(spec.commandLine(), "--nodes names one node; a comparison takes two");
        }
        // The master runs it, so that start and result are asked of one node.
        try (AdminClient client = cluster.client();
                AdminClient master = client.ofMaster()) {
            String id = master.post("/api/v1/verify?" + query()).path("id").asText();
            JsonNode result = await(master, id);
            print(result);
            return result.path("state").asText().equals("equal") ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private String query() {
        StringBuilder query = new StringBuilder("rows=").append(rows);
        tables.forEach(t -> query.append("&table=").append(URLEncoder.encode(t, StandardCharsets.UTF_8)));
        nodes.forEach(n -> query.append("&node=").append(URLEncoder.encode(n, StandardCharsets.UTF_8)));
        return query.toString();
    }

    private JsonNode await(AdminClient master, String id) throws IOException, InterruptedException {
        Instant giveUp = Instant.now().plusSeconds(limitSeconds);
        int told = 0;
        while (true) {
            JsonNode result = master.get("/api/v1/verify/" + id);
            if (!result.path("state").asText().equals("running")) {
                return result;
            }
            int percent = result.path("percent").asInt();
            if (!json && percent / 10 > told / 10) {
                told = percent;
                PrintWriter out = spec.commandLine().getOut();
                out.println(percent + " %, " + result.path("progress").asText());
                out.flush();
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
        result.path("wrong").forEach(n -> out.println("wrong, and in quarantine now: " + n.asText()));
    }
}
