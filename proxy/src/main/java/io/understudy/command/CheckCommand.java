package io.understudy.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.adoption.Dsn;
import io.understudy.adoption.Finding;
import io.understudy.adoption.Finding.Verdict;
import io.understudy.adoption.ServerCheck;
import io.understudy.adoption.ServerComparison;
import io.understudy.config.ConfigException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy check}: what of an existing database works through Understudy. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at existing PostgreSQL servers and databases, and says what works through Understudy, what has a limit, and what must be changed, and how. Changes nothing.",
            "Exit codes: 0 nothing must be changed, 1 something must be, 2 wrong usage, 3 a server cannot be asked."
        },
        footer = {
            "%nExamples:",
            "  understudy check --dsn postgresql://postgres@db1/shop --dsn postgresql://postgres@db2/shop"
        })
final class CheckCommand implements Callable<Integer> {
    @Option(
            names = "--dsn",
            required = true,
            paramLabel = "DSN",
            description =
                    "Such as postgresql://user:password@host:5432/database; the password may come from PGPASSWORD."
                            + " Given several times, the servers are compared, too.")
    private List<String> servers = List.of();

    @Option(names = "--nodes", defaultValue = "3", description = "How many nodes the cluster is meant to have; 3.")
    private int nodes;

    @Option(names = "--pool-size", defaultValue = "100", description = "pool-size of its nodes; 100.")
    private int poolSize;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        if (nodes < 1 || poolSize < 1) {
            throw new ConfigException("--nodes and --pool-size must be at least 1");
        }
        Map<String, List<Finding>> findings = new LinkedHashMap<>();
        List<ServerCheck.Report> reports = new ArrayList<>();
        for (String server : servers) {
            ServerCheck.Report report = look(Given.dsn(server));
            reports.add(report);
            findings.put(report.name(), report.findings());
        }
        if (reports.size() > 1) {
            findings.put("all servers", ServerComparison.of(reports));
        }
        spec.commandLine()
                .getOut()
                .print(json ? new ObjectMapper().writeValueAsString(asJson(findings)) + "\n" : text(findings));
        spec.commandLine().getOut().flush();
        boolean change = findings.values().stream().flatMap(List::stream).anyMatch(f -> f.verdict() == Verdict.CHANGE);
        return change ? ExitCode.FAILED : ExitCode.OK;
    }

    private ServerCheck.Report look(Dsn dsn) throws UnreachableException {
        try {
            return new ServerCheck(dsn, nodes, poolSize).run();
        } catch (SQLException e) {
            throw new UnreachableException(dsn + " cannot be asked: " + e.getMessage());
        }
    }

    private static List<Map<String, Object>> asJson(Map<String, List<Finding>> findings) {
        List<Map<String, Object>> list = new ArrayList<>();
        findings.forEach((server, found) -> found.forEach(f -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("server", server);
            one.put("verdict", f.verdict().name().toLowerCase(Locale.ROOT));
            one.put("about", f.about());
            one.put("what", f.what());
            one.put("advice", f.advice());
            list.add(one);
        }));
        return list;
    }

    /** What must be changed last, where it is seen. */
    private static String text(Map<String, List<Finding>> findings) {
        StringBuilder text = new StringBuilder();
        findings.forEach((server, found) -> {
            text.append(server).append('\n');
            for (Verdict verdict : Verdict.values()) {
                List<List<String>> rows = new ArrayList<>();
                found.stream()
                        .filter(f -> f.verdict() == verdict)
                        .forEach(f -> rows.add(List.of("  " + verdict.words(), f.about(), line(f))));
                if (!rows.isEmpty()) {
                    text.append(Printed.table(rows));
                }
            }
        });
        return text.toString();
    }

    private static String line(Finding f) {
        return f.advice().isEmpty() ? f.what() : f.what() + ". " + capital(f.advice());
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
