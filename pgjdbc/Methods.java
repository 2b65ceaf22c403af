import io.understudy.embedded.PostgresServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The parts of {@code pgjdbc/run} that are not shell: a plain server, a run of the tests, and what became of each method in two runs. */
final class Methods {
    private Methods() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "server" -> server(Path.of(args[1]), Integer.parseInt(args[2]), args[3]);
            case "tests" -> tests(Path.of(args[1]), Path.of(args[2]), Arrays.copyOfRange(args, 3, args.length));
            case "compare" -> System.exit(compare(Path.of(args[1]), Path.of(args[2]), Path.of(args[3])));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** The same server that the cluster's nodes have, until there is no more input. */
    private static void server(Path directory, int port, String password) throws IOException {
        PostgresServer server = PostgresServer.create(directory.resolve("data"), directory.resolve("log"), password);
        server.start(port, Map.of("max_prepared_transactions", "64"));
        try {
            System.out.println("started");
            while (System.in.read() >= 0) {
                // until its end
            }
        } finally {
            server.stop();
        }
    }

    /** Runs the classes that match; a line for each method, or class, that ended: PASS, FAIL or LEFT (out), its name, why. */
    private static void tests(Path classes, Path results, String[] patterns) throws IOException {
        String[] wanted = patterns.length == 0 ? new String[] {".*Test"} : patterns;
        try (PrintStream out = new PrintStream(Files.newOutputStream(results), true);
                PrintStream traces = new PrintStream(Files.newOutputStream(Path.of(results + ".traces")), true)) {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(DiscoverySelectors.selectClasspathRoots(Set.of(classes)))
                                    .filters(ClassNameFilter.includeClassNamePatterns(wanted))
                                    .build(),
                            new Listener(out, traces));
        }
        // some of the tests leave threads behind
        System.exit(0);
    }

    private record Listener(PrintStream out, PrintStream traces) implements TestExecutionListener {
        @Override
        public void executionStarted(TestIdentifier test) {
            if (test.getSource().orElse(null) instanceof ClassSource c) {
                System.out.println(c.getClassName());
            }
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (!test.isTest() && result.getStatus() == Status.SUCCESSFUL) {
                return;
            }
            String verdict =
                    switch (result.getStatus()) {
                        case SUCCESSFUL -> "PASS";
                        case FAILED -> "FAIL";
                        case ABORTED -> "LEFT";
                    };
            String why = result.getThrowable().map(t -> String.valueOf(t).lines().findFirst().orElse("")).orElse("");
            out.println(verdict + " " + name(test) + " " + why);
            if (result.getStatus() == Status.FAILED) {
                traces.println("== " + name(test) + " " + test.getDisplayName());
                result.getThrowable().ifPresent(t -> t.printStackTrace(traces));
            }
        }

        private static String name(TestIdentifier test) {
            return switch (test.getSource().orElse(null)) {
                case MethodSource m -> m.getClassName() + "#" + m.getMethodName();
                case ClassSource c -> c.getClassName();
                case null, default -> test.getDisplayName().replace(' ', '_');
            };
        }
    }

    /** A method passed if it did with some parameters and failed with none. */
    private static Map<String, String> methods(Path results) throws IOException {
        Map<String, String> methods = new TreeMap<>();
        for (String line : Files.readAllLines(results)) {
            String[] parts = line.split(" ", 3);
            if (parts.length > 1) {
                String said = parts[0].equals("FAIL") ? "FAIL " + (parts.length > 2 ? parts[2] : "") : parts[0];
                methods.merge(parts[1], said, (a, b) -> a.startsWith("FAIL") || b.equals("LEFT") ? a : b);
            }
        }
        return methods;
    }

    /** What is known to need what a cluster does not have, by pattern and reason, is told apart. */
    private static int compare(Path direct, Path node, Path apart) throws IOException {
        Map<String, String> there = methods(direct);
        Map<String, String> here = methods(node);
        List<String> known = Files.readAllLines(apart);
        Map<String, Integer> reasons = new TreeMap<>();
        int passed = 0;
        int counted = 0;
        for (Map.Entry<String, String> method : there.entrySet()) {
            String name = method.getKey();
            if (!method.getValue().equals("PASS") || !name.contains("#")) {
                continue;
            }
            String said = here.getOrDefault(name, here.getOrDefault(name.substring(0, name.indexOf('#')), "not run"));
            if (said.equals("PASS")) {
                passed++;
                counted++;
                continue;
            }
            String reason = known.stream()
                    .filter(l -> !l.isBlank() && !l.startsWith("#") && (name + " " + said).matches(".*(?:" + l.split("\t")[0] + ").*"))
                    .map(l -> l.split("\t")[1])
                    .findFirst()
                    .orElse("");
            if (reason.isEmpty()) {
                counted++;
                System.out.println(name + "  " + said);
            } else {
                reasons.merge(reason, 1, Integer::sum);
            }
        }
        reasons.forEach((reason, n) -> System.out.println("apart: " + n + " " + reason));
        System.out.printf("%d of %d methods that pass on the server itself pass through a node too, %.1f %%%n", passed, counted, 100.0 * passed / Math.max(1, counted));
        return 0;
    }
}
