package io.understudy.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy feed}: what is committed, as it comes. */
@Command(
        name = "feed",
        mixinStandardHelpOptions = true,
        description = {
            "Prints what is committed, a line of JSON for each entry of the log, and goes on until it is ended. When a node is lost it goes on at another one of those that were named.",
            "Who begins again with --from and the index after the last one it has misses nothing and sees nothing twice.",
            "Exit codes: 0 ended by --until or its reader, 1 the log has the entry no more, or refused, 2 wrong usage, 3 no node answers."
        },
        footer = {"%nExamples:", "  understudy feed --url http://db1:7432,http://db2:7432 --from 1"})
final class FeedCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Option(
            names = "--from",
            paramLabel = "INDEX",
            description = "Index of the first entry; from now on if nothing is said.")
    private long from;

    @Option(names = "--until", paramLabel = "INDEX", description = "Ends with the first entry at or after that index.")
    private long until = Long.MAX_VALUE;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient client = cluster.client()) {
            new FeedReader(client).read(from, line -> {
                out.println(line);
                boolean whole = !line.path("kind").asText().equals("changes");
                return !out.checkError() && !(whole && line.path("index").asLong() >= until);
            });
            return ExitCode.OK;
        }
    }
}
