package io.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy drain}: takes a node out of work, to look after it. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        description = {
            "Takes a node out of work: nobody begins to read from its PostgreSQL, drivers avoid it, and it hands the mastership over if it has it.",
            "It goes on following the log, and stays drained over restarts until understudy undrain. Ends with 1 if sessions still read there after 10 s."
        },
        footer = {"%nExamples:", "  understudy drain --dir DIR node2"})
final class DrainCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Parameters(paramLabel = "NODE", description = "The node's name.")
    private String node = "";

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        try (AdminClient client = cluster.client()) {
            JsonNode answer = client.post(path(node, "drain"));
            int reading = answer.path("reading").asInt();
            String text = node + " is drained; master is "
                    + answer.path("master").asText()
                    + (reading == 0 ? "" : "; " + reading + " sessions are still in the middle of something there");
            spec.commandLine().getOut().println(json ? answer : text);
            return reading == 0 ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    static String path(String node, String order) {
        return "/api/v1/nodes/" + URLEncoder.encode(node, StandardCharsets.UTF_8) + "/" + order;
    }
}
