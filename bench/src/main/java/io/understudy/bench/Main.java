package io.understudy.bench;

import io.understudy.bench.chapter.Chapter;
import io.understudy.bench.chapter.Chapters;
import io.understudy.bench.chapter.Lab;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Machine;
import io.understudy.bench.figure.Results;
import io.understudy.bench.report.Report;
import io.understudy.command.ExitCode;
import io.understudy.command.Understudy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench/run}: measures chapters, keeps their figures, writes the report. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        description = {
            "Measures Understudy beside others on this machine and writes docs/performance.md.",
            "Without chapters: all of them. 'report' only writes the report again from what was measured."
        })
public final class Main implements Callable<Integer> {
    private static final String REPORT = "report";

    @Parameters(paramLabel = "CHAPTER", description = "Chapters, or 'report'; see --list.")
    private List<String> wanted = new ArrayList<>();

    @Option(
            names = "--quick",
            description = "Runs of seconds, to see that chapters work. Goes to bench/target/, not into the report.")
    private boolean quick;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The report; by default docs/performance.md, of quick runs bench/target/performance.md.")
    private @Nullable Path out;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "For the contenders' files; a new folder below /var/tmp by default, deleted in the end.")
    private @Nullable Path directory;

    @Option(
            names = "--port",
            defaultValue = "24432",
            description = "Client port of the first node (${DEFAULT-VALUE}); 1000 above it for administration.")
    private int port;

    @Option(names = "--list", description = "Lists the chapters and how long each takes.")
    private boolean list;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    private Main() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String... arguments) {
        System.exit(Understudy.commandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (list) {
            Chapters.ALL.forEach(c -> say("%-15s %4d min  %s"
                    .formatted(
                            c.heading().name(),
                            c.heading().minutes(),
                            c.heading().title())));
            return ExitCode.OK;
        }
        // The script says where the sources are.
        Path top = Path.of(System.getProperty("understudy.top", ""));
        Path target = top.resolve("bench/target");
        Results results = new Results(quick ? target.resolve("results") : top.resolve("bench/results"));
        Path page = out != null ? out : quick ? target.resolve("performance.md") : top.resolve("docs/performance.md");
        List<String> failed = measure(chapters(), results);
        new Report(page, results)
                .write(Chapters.ALL.stream().map(Chapter::heading).toList());
        say("the report is " + page);
        failed.forEach(f -> say("FAILED " + f));
        return failed.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private List<Chapter> chapters() {
        List<String> known = Chapters.ALL.stream().map(c -> c.heading().name()).toList();
        for (String name : wanted) {
            if (!name.equals(REPORT) && !known.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "there is no chapter " + name + "; there are " + String.join(", ", known));
            }
        }
        return wanted.isEmpty()
                ? Chapters.ALL
                : Chapters.ALL.stream()
                        .filter(c -> wanted.contains(c.heading().name()))
                        .toList();
    }

    private List<String> measure(List<Chapter> chapters, Results results) throws IOException {
        List<String> failed = new ArrayList<>();
        if (chapters.isEmpty()) {
            return failed;
        }
        boolean temporary = directory == null;
        Path files =
                directory == null ? Files.createTempDirectory(Path.of("/var/tmp"), "understudy-bench-") : directory;
        if (temporary) {
            Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        try (Lab lab = new Lab(quick, files, port, this::say)) {
            Machine machine = Machine.look(files);
            say(machine.words());
            for (Chapter chapter : chapters) {
                String name = chapter.heading().name();
                Instant begun = Instant.now();
                say("chapter " + name);
                if (!chapter.sideBySide()) {
                    lab.closeArena();
                }
                try {
                    Findings findings = new Findings();
                    chapter.run(lab, findings);
                    results.keep(findings.section(
                            name,
                            Instant.now().toString(),
                            quick,
                            System.getProperty("understudy.revision", ""),
                            machine));
                    say("chapter %s took %d s"
                            .formatted(
                                    name, Duration.between(begun, Instant.now()).toSeconds()));
                } catch (Exception e) {
                    // The others are still worth measuring.
                    failed.add(name + ": " + e);
                    say("chapter " + name + " failed: " + e + " at "
                            + List.of(e.getStackTrace()).stream()
                                    .limit(4)
                                    .map(StackTraceElement::toString)
                                    .collect(Collectors.joining(" < ")));
                    if (e instanceof InterruptedException) {
                        Thread.currentThread().interrupt();
                        break;
                    }
                }
            }
        } finally {
            if (temporary) {
                Files.deleteIfExists(files);
            }
        }
        return failed;
    }

    private void say(String line) {
        PrintWriter to = spec.commandLine().getOut();
        to.println(line);
        to.flush();
    }
}
