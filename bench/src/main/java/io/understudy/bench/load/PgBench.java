package io.understudy.bench.load;

import io.understudy.embedded.ClientPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs pgbench. A run with a failed transaction, or an error, is none: it throws. */
public final class PgBench {
    private static final Pattern TPS = Pattern.compile("(?m)^tps = ([0-9.]+) \\(without initial connection time\\)");
    private static final Pattern LATENCY = Pattern.compile("(?m)^latency average = ([0-9.]+) ms");
    private static final Pattern DONE = Pattern.compile("(?m)^number of transactions actually processed: (\\d+)");
    private static final Pattern FAILED = Pattern.compile("(?m)^number of failed transactions: (\\d+)");
    private static final Duration SPARE = Duration.ofSeconds(120);
    private static final Duration INITIALISE_LIMIT = Duration.ofMinutes(15);

    private PgBench() {}

    /**
     * One run.
     *
     * @param perSecond transactions, without the time to connect
     * @param latencyMillis mean
     */
    public record Run(double perSecond, double latencyMillis, long transactions) {}

    /** What is done in a transaction: pgbench's own scripts or a file. */
    public record Work(String name, List<String> options) {
        public static final Work SELECT = new Work("select-only", List.of("-S"));
        public static final Work UPDATE = new Work("simple-update", List.of("-N"));

        public Work {
            options = List.copyOf(options);
        }

        /** A script of one's own. */
        public static Work file(String name, Path script) {
            return new Work(name, List.of("-f", script.toString()));
        }
    }

    /** Why there is no pgbench, empty if there is. */
    public static Optional<String> obstacle() {
        return ClientPrograms.find("pgbench").isPresent()
                ? Optional.empty()
                : Optional.of(
                        "pgbench is missing (Debian package postgresql-contrib or postgresql-15); bench/peers install does it");
    }

    /** As pgbench tells it. */
    public static String version() throws IOException {
        return run(List.of(program(), "--version"), "", Duration.ofSeconds(10)).strip();
    }

    /** Makes pgbench's tables. */
    public static void initialise(Target at, int scale) throws IOException {
        List<String> command = new ArrayList<>(List.of(program(), "-i", "-q", "-s", Integer.toString(scale)));
        command.addAll(where(at));
        run(command, at.password(), INITIALISE_LIMIT);
    }

    /** Runs for that long, in whole seconds. */
    public static Run timed(Target at, Work work, int clients, Duration time) throws IOException {
        return run(at, work, clients, List.of("-T", Long.toString(time.toSeconds())), time.plus(SPARE));
    }

    /** Runs so many transactions, all clients together; rounded up to equal numbers for each client. */
    public static Run counted(Target at, Work work, int clients, long transactions, Duration limit) throws IOException {
        long each = (transactions + clients - 1) / clients;
        return run(at, work, clients, List.of("-t", Long.toString(each)), limit);
    }

    private static Run run(Target at, Work work, int clients, List<String> extent, Duration limit) throws IOException {
        int threads = Math.min(clients, Runtime.getRuntime().availableProcessors());
        List<String> command = new ArrayList<>(List.of(program(), "-n", "-M", "prepared"));
        command.addAll(work.options());
        command.addAll(List.of("-c", Integer.toString(clients), "-j", Integer.toString(threads)));
        command.addAll(extent);
        command.addAll(where(at));
        return parse(run(command, at.password(), limit));
    }

    static Run parse(String output) throws IOException {
        long failed = Long.parseLong(find(FAILED, output).orElse("0"));
        Optional<String> perSecond = find(TPS, output);
        if (failed > 0 || perSecond.isEmpty()) {
            throw new IOException("pgbench's run does not count (" + failed + " failed): " + output.strip());
        }
        return new Run(
                Double.parseDouble(perSecond.get()),
                Double.parseDouble(find(LATENCY, output).orElse("0")),
                Long.parseLong(find(DONE, output).orElse("0")));
    }

    private static Optional<String> find(Pattern pattern, String output) {
        Matcher m = pattern.matcher(output);
        return m.find() ? Optional.of(m.group(1)) : Optional.empty();
    }

    private static String program() throws IOException {
        return ClientPrograms.find("pgbench")
                .orElseThrow(() -> new IOException(obstacle().orElse("")))
                .toString();
    }

    private static List<String> where(Target at) {
        return List.of("-h", at.host(), "-p", Integer.toString(at.port()), "-U", Target.USER, Target.DATABASE);
    }

    private static String run(List<String> command, String password, Duration limit) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", password);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            // Whoever kills it ends the reading.
            Thread watch = Thread.ofVirtual().start(() -> end(process, limit));
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            watch.interrupt();
            if (code != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + code + ": "
                        + output.substring(Math.max(0, output.length() - 1000)).strip());
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void end(Process process, Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            // It ended in time.
        }
    }
}
