package io.understudy.command;

import io.understudy.adoption.Adoption;
import io.understudy.adoption.Dsn;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfigReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy adopt}: how far the adoption of a database is, and its end. */
@Command(
        name = "adopt",
        mixinStandardHelpOptions = true,
        description = {
            "A database that is in use becomes a node's: start a node with postgres.adopt: true, have its applications connect to the node instead, one after the other, then stop the node, finish, and start it"
                    + " again. After that other nodes can be added.",
            "--finish needs pg_dump, pg_restore and pg_dumpall, not older than the server. Without it the command says how things stand, who is connected to the server itself, and what would be done."
        },
        footer = {
            "%nExamples:",
            "  understudy adopt --config node1.yaml",
            "  understudy adopt --config node1.yaml --finish"
        })
final class AdoptCommand implements Callable<Integer> {
    private final StoppedNode node;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The node's node.yaml.")
    private Path config = Path.of("node.yaml");

    @Option(
            names = "--finish",
            description =
                    "End others' sessions, and let nobody write any more but through the node, which must not run. May be repeated after whatever went wrong.")
    private boolean finish;

    @Mixin
    private ClientPrograms programs = new ClientPrograms();

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    AdoptCommand(StoppedNode node) {
        this.node = node;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        NodeConfig settings = new NodeConfigReader().read(config);
        Dsn dsn = Server.dsn(settings);
        Adoption adoption = new Adoption(dsn);
        Optional<Adoption.State> state = adoption.look();
        if (state.isEmpty()) {
            out.println(
                    dsn
                            + " is not being adopted: it was empty when it became a node's, or its adoption is finished, or no node with postgres.adopt: true has been started on it.");
            return ExitCode.FAILED;
        }
        out.println(dsn + " is being adopted since " + state.get().begun() + ".");
        if (finish) {
            long index = node.finish(settings, adoption, programs.programs(), out::println);
            out.println("Done: the log begins behind entry " + index + ". Start " + settings.node()
                    + ", then add the other nodes (understudy add).");
            return ExitCode.OK;
        }
        state.get().others().forEach(session -> out.println("connected to it directly: " + session));
        out.println(
                state.get().others().isEmpty()
                        ? "Nobody is connected to it but through the node. (Sessions of the node's clients have its name.)"
                        : "Among these may be clients of the node's that have given themselves a name; all would be ended.");
        out.println(
                "Nothing was changed. To finish: stop " + settings.node() + ", then the same command with --finish.");
        return ExitCode.OK;
    }
}
