package io.understudy.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy remove}: a node is none of the cluster's any more. */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description = {
            "Removes a node from a running cluster, a dead one too. One that is alive hands the mastership over and sends its clients elsewhere; its process ends, its database stays as it is.",
            "Refused if the others that can be reached would be no majority. May be repeated after whatever went wrong; a node comes again by understudy add, with an empty data directory."
        },
        footer = {
            "%nExamples:",
            "  understudy remove --url http://db1:7432 node3",
            "  understudy remove --dir DIR node3 --dry-run"
        })
final class RemoveCommand implements Callable<Integer> {
    @Mixin
    private Cluster cluster = new Cluster();

    @Parameters(paramLabel = "NODE", description = "The node's name.")
    private String node = "";

    @Option(names = "--dry-run", description = "Only says what would be done.")
    private boolean dryRun;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        try (AdminClient client = cluster.client()) {
            new MembershipOrders(client, Printed.to(spec)).remove(node, dryRun);
            return ExitCode.OK;
        }
    }
}
