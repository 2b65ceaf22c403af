package io.understudy.demo.torture;

import io.understudy.command.ExitCode;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.ProxyLaunch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy torture}: random schemas and random clients against a local cluster, whose servers are then compared. */
@Command(
        name = "torture",
        mixinStandardHelpOptions = true,
        description =
                "Random schemas and random clients on a running local cluster, which is then compared; exit code 1 if anything is wrong.")
public final class TortureCommand implements Callable<Integer> {
    @Option(names = "--dir", paramLabel = "DIR", required = true, description = "Directory of the cluster.")
    private Path directory = Path.of("");

    @Option(names = "--rounds", defaultValue = "10", description = "How many schemas.")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "600", description = "How long to work at most.")
    private int seconds;

    @Option(names = "--transactions", defaultValue = "120", description = "Of each client in a round.")
    private int transactions;

    @Option(names = "--seed", description = "Decides what is done; random if not given, and printed.")
    private long seed = new SecureRandom().nextInt(1_000_000);

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        LocalCluster cluster = LocalCluster.open(directory, ProxyLaunch.likeThisProcess());
        Torture.Plan plan = new Torture.Plan(
                seed,
                rounds,
                Duration.ofSeconds(seconds),
                transactions,
                cluster.directory().resolve("torture"));
        Torture.Report report = new Torture(cluster, plan, line -> say(out, line)).run();
        print(out, "succeeded", report.successes());
        print(out, "errors", report.failures());
        print(out, "refused", report.refusals());
        say(
                out,
                report.rounds() + " rounds, " + report.statements() + " statements, " + report.transactions()
                        + " transactions, " + report.findings().size() + " findings");
        report.findings().forEach(finding -> say(out, "FINDING " + finding));
        if (!report.findings().isEmpty()) {
            say(out, "what clients sent is in " + plan.transcripts());
        }
        return report.findings().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void print(PrintWriter out, String title, Map<String, Long> counts) {
        say(out, title + ":");
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(e -> say(out, "  " + e.getValue() + "  " + e.getKey()));
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
