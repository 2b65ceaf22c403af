package io.understudy.command;

import io.understudy.config.ConfigException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
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
            "Adds a node to a running cluster. The node was started with join: true in its settings, and an empty data directory and database; it is named by its admin address, or by its name if understudy members shows that it waits.",
            "Shows how far it is until it has a vote. May be interrupted, and repeated after whatever went wrong; understudy remove undoes it."
        },
        footer = {
            "%nExamples:",
            "  understudy add --url http://db1:7432 http://db4:7432",
            "  understudy add --url http://db1:7432 n4",
            "  understudy add --url http://db1:7432 http://db4:7432 --dry-run"
        })
final class AddCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Parameters(
            paramLabel = "URL|NODE",
            description = "The new node's admin address, or its name if the others hear it.")
    private String newcomer = "";

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
        Optional<URI> address = newcomer.contains("/") ? Optional.of(address()) : Optional.empty();
        Duration limit = Duration.ofSeconds(limitSeconds);
        try (AdminClient client = cluster.client()) {
            MembershipOrders orders = new MembershipOrders(client, Printed.to(spec));
            if (address.isPresent()) {
                orders.add(address.get(), dryRun, limit);
            } else {
                orders.addWaiting(newcomer, dryRun, limit);
            }
            return ExitCode.OK;
        }
    }

    private URI address() throws ConfigException {
        try {
            URI address = new URI(newcomer);
            if (address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new ConfigException(newcomer + " is no admin address; it must be like http://db4:7432");
    }
}
