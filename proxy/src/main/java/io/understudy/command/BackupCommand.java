package io.understudy.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.adoption.Dump;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy backup}: a dump of a replica that ordinary PostgreSQL and clusters restore. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Dumps a replica's database while it goes on: the state after one entry of the log, whose index it tells, without anything of Understudy."
                    + " Needs pg_dump, pg_restore and pg_dumpall, not older than the server.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage."
        },
        footer = {"%nExamples:", "  understudy backup --config node2.yaml --out /backups/monday"})
final class BackupCommand implements Callable<Integer> {
    @Mixin
    private Server server = new Server();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Directory to be made for it.")
    private Path out = Path.of("");

    @Mixin
    private ClientPrograms programs = new ClientPrograms();

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        Dump.Done done = new Dump(server.dsn(), programs.programs()).run(out);
        String json = new ObjectMapper().writeValueAsString(done);
        Files.writeString(out.resolve("backup.json"), json + "\n");
        spec.commandLine().getOut().println(json);
        return ExitCode.OK;
    }
}
