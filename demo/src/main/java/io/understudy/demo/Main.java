package io.understudy.demo;

import io.understudy.command.Understudy;
import io.understudy.demo.cluster.ClusterCommand;
import io.understudy.demo.conformity.ConformityCommand;
import io.understudy.demo.fault.FaultsCommand;
import io.understudy.demo.story.DemoCommand;
import io.understudy.demo.story.LoadCommand;
import io.understudy.demo.torture.CompareCommand;
import io.understudy.demo.torture.TortureCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands for trying it out: a cluster on this machine, the demo, load. */
@Command(
        name = "understudy",
        mixinStandardHelpOptions = true,
        description = "A local cluster, the demo, load, faults on purpose, and random work to torture a cluster with.",
        subcommands = {
            ClusterCommand.class,
            DemoCommand.class,
            LoadCommand.class,
            FaultsCommand.class,
            TortureCommand.class,
            CompareCommand.class,
            ConformityCommand.class
        })
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
        throw new ParameterException(
                spec.commandLine(), "demo, cluster, load, faults, torture, compare or conformity is missing");
    }
}
