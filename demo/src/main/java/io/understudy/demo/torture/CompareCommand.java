package io.understudy.demo.torture;

import io.understudy.command.ExitCode;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.ProxyLaunch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy compare}: waits until the nodes of a local cluster have applied the same, then compares their servers. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description =
                "Compares every row, every sequence and the catalog of a running local cluster's servers; exit code 1 if anything is wrong.")
public final class CompareCommand implements Callable<Integer> {
    @Option(names = "--dir", paramLabel = "DIR", required = true, description = "Directory of the cluster.")
    private Path directory = Path.of("");

    @Option(
            names = "--seconds",
            defaultValue = "600",
            description = "How long to wait at most until all have applied everything.")
    private int seconds;

    @Option(
            names = "--logs",
            description = "Also look for complaints in all that the nodes have written into their logs.")
    private boolean logs;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        LocalCluster cluster = LocalCluster.open(directory, ProxyLaunch.likeThisProcess());
        List<String> findings = new ArrayList<>(new Inspection(cluster, Duration.ofSeconds(seconds)).findings());
        if (logs) {
            findings.addAll(ProxyLogs.fromTheBeginning(cluster).findings());
        }
        findings.forEach(finding -> out.println("FINDING " + finding));
        out.println(findings.isEmpty() ? "all nodes equal" : findings.size() + " findings");
        out.flush();
        return findings.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
