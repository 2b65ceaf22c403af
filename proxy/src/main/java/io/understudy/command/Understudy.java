package io.understudy.command;

import io.understudy.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
        name = "understudy",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Makes several ordinary PostgreSQL servers behave as one highly available database.",
        footer = {
            "%nExamples:",
            "  understudy node --config /etc/understudy/node.yaml",
            "  understudy status --url http://db1:7432,http://db2:7432",
            "  understudy switchover --dir DIR --to node2",
            "%nA cluster is named by --dir, by --url and --password, or by UNDERSTUDY_URL and UNDERSTUDY_PASSWORD."
        },
        subcommands = {
            StatusCommand.class,
            EventsCommand.class,
            ExplainCommand.class,
            LogCommand.class,
            VerifyCommand.class,
            SwitchoverCommand.class,
            ResyncCommand.class,
            DrainCommand.class,
            UndrainCommand.class,
            MembersCommand.class,
            AddCommand.class,
            RemoveCommand.class,
            CheckCommand.class,
            DetachCommand.class,
            FeedCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            ConfigCommand.class,
            CompletionCommand.class,
        })
public final class Understudy implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    private Understudy() {}

    /**
     * Runs a command line.
     *
     * @param launcher what {@code node} starts
     * @param stopped what {@code recover} and {@code adopt} do to a log
     * @return the process's exit code, see {@link ExitCode}
     */
    public static int run(NodeLauncher launcher, StoppedNode stopped, String... arguments) {
        return whole(launcher, stopped).execute(arguments);
    }

    /** With all commands; every one says in its help what its exit codes mean. */
    static CommandLine whole(NodeLauncher launcher, StoppedNode stopped) {
        CommandLine whole = commandLine(new Understudy())
                .addSubcommand(new NodeCommand(launcher))
                .addSubcommand(new AdoptCommand(stopped))
                .addSubcommand(new RecoverCommand(stopped));
        tellExitCodes(whole);
        return whole;
    }

    private static void tellExitCodes(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.MEANINGS);
        command.getSubcommands().values().forEach(Understudy::tellExitCodes);
    }

    /**
     * A command line that reports errors as all of ours do: one line, no stack trace, exit codes of {@link ExitCode}.
     *
     * @param command a picocli command
     */
    public static CommandLine commandLine(Object command) {
        return new CommandLine(command)
                .setExecutionExceptionHandler((e, commandLine, parsed) -> report(e, commandLine));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int report(Exception e, CommandLine commandLine) {
        String message = e.getMessage();
        commandLine.getErr().println("understudy: " + (message == null ? e.toString() : message));
        return switch (e) {
            case ConfigException config -> ExitCode.USAGE;
            case UnreachableException unreachable -> ExitCode.UNREACHABLE;
            default -> ExitCode.FAILED;
        };
    }
}
