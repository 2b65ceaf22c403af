package io.understudy.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.adoption.Detach;
import io.understudy.adoption.Dsn;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy detach}: a server that was a node's becomes an ordinary one. */
@Command(
        name = "detach",
        mixinStandardHelpOptions = true,
        description = {
            "Takes everything of Understudy out of the PostgreSQL server of a node that is stopped: event triggers, capture triggers, schema, role, settings."
                    + " Tables, rows and roles of applications stay. Without --yes it only says what it would take out.",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 the server cannot be asked."
        },
        footer = {
            "%nExamples:",
            "  understudy detach --config node.yaml",
            "  understudy detach --config node.yaml --yes"
        })
final class DetachCommand implements Callable<Integer> {
    @Mixin
    private Server server = new Server();

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        Dsn dsn = server.dsn();
        Detach detach = new Detach(dsn);
        List<String> items;
        try {
            items = yes ? detach.run() : detach.look();
        } catch (SQLException e) {
            throw e.getSQLState() != null && e.getSQLState().startsWith("08")
                    ? new UnreachableException(dsn + " cannot be asked: " + e.getMessage())
                    : e;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    new ObjectMapper().writeValueAsString(Map.of("server", dsn.name(), "done", yes, "items", items)));
        } else if (items.isEmpty()) {
            out.println(dsn.name() + " has nothing of Understudy's");
        } else {
            out.println((yes ? "taken out of " : "with --yes, these are taken out of ") + dsn.name() + ":");
            items.forEach(item -> out.println("  " + item));
            if (yes) {
                server.node().ifPresent(n -> out.println("the node's log is left in " + n.dataDirectory()));
            }
        }
        return ExitCode.OK;
    }
}
