package io.understudy.demo;

import io.understudy.command.Understudy;
import io.understudy.demo.cluster.ClusterCommand;
import io.understudy.demo.story.DemoCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands that need embedded PostgreSQL. */
@Command(
        name = "understudy",
        mixinStandardHelpOptions = true,
        description = "A local cluster and the demo.",
        subcommands = {ClusterCommand.class, DemoCommand.class})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    private Main() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String... arguments) {
        System.exit(Understudy.commandLine(new Main()).execute(arguments));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "demo or cluster is missing");
    }
}
