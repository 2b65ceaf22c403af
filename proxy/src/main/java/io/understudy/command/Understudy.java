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
        subcommands = {
            StatusCommand.class,
            EventsCommand.class,
            ExplainCommand.class,
            LogCommand.class,
            VerifyCommand.class,
            SwitchoverCommand.class,
            ResyncCommand.class,
            ConfigCommand.class,
        })
public final class Understudy implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    private Understudy() {}

    /**
     * Runs a command line.
     *
     * @param launcher what {@code node} starts
     * @param lost what {@code recover} does
     * @return the process's exit code, see {@link ExitCode}
     */
    public static int run(NodeLauncher launcher, LostMajority lost, String... arguments) {
        return commandLine(new Understudy())
                .addSubcommand(new NodeCommand(launcher))
                .addSubcommand(new RecoverCommand(lost))
                .execute(arguments);
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
