package io.understudy.command;

import io.understudy.config.ConfigException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy add}: a node that runs already becomes one of the cluster's. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description = {
            "Adds a node to a running cluster. The node was started with join: true in its settings, and an empty data directory and database; it is named by its admin address.",
            "Shows how far it is until it has a vote. May be interrupted, and repeated after whatever went wrong; understudy remove undoes it."
        },
        footer = {
            "%nExamples:",
            "  understudy add --url http://db1:7432 http://db4:7432",
            "  understudy add --url http://db1:7432 http://db4:7432 --dry-run"
        })
final class AddCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Parameters(paramLabel = "URL", description = "The new node's admin address.")
    private URI newcomer = URI.create("");

    @Option(names = "--dry-run", description = "Only says what would be done.")
    private boolean dryRun;

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "How long to wait until it has a vote; 0: not at all.")
    private int limitSeconds;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        if (newcomer.getHost() == null) {
            throw new ConfigException(newcomer + " is no admin address; it must be like http://db4:7432");
        }
        try (AdminClient client = cluster.client()) {
            new MembershipOrders(client, Printed.to(spec)).add(newcomer, dryRun, Duration.ofSeconds(limitSeconds));
            return ExitCode.OK;
        }
    }
}
