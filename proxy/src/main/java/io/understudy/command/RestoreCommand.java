package io.understudy.command;

import io.understudy.adoption.Restore;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy restore}: a dump into a new cluster, or into an ordinary server. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Restores what understudy backup made: through a node into a cluster whose database is empty, or into an ordinary server. Needs pg_restore.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage."
        },
        footer = {
            "%nExamples:",
            "  understudy restore --from /backups/monday --dsn postgresql://postgres@node1:6432/postgres"
        })
final class RestoreCommand implements Callable<Integer> {
    @Option(names = "--from", required = true, paramLabel = "DIR", description = "The directory of the backup.")
    private Path from = Path.of("");

    @Option(
            names = "--dsn",
            required = true,
            paramLabel = "DSN",
            description = "Where to, as a superuser: for a cluster any node's client port, such as"
                    + " postgresql://postgres:password@node1:6432/postgres; the password may come from PGPASSWORD.")
    private String dsn = "";

    @Option(names = "--data-only", description = "Rows alone, into tables that are there and empty.")
    private boolean dataOnly;

    @Mixin
    private ClientPrograms programs = new ClientPrograms();

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        new Restore(Given.dsn(dsn), programs.programs()).run(from, dataOnly);
        spec.commandLine().getOut().println("restored " + from);
        return ExitCode.OK;
    }
}
