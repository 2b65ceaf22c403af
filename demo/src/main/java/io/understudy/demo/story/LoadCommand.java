package io.understudy.demo.story;

import io.understudy.command.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy load}: the demo's clients on any cluster, until they are told to end. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description =
                "Runs the demo's order entry on a cluster and counts what clients see. Makes its tables if they are"
                        + " not there. The password is taken from UNDERSTUDY_PASSWORD.")
public final class LoadCommand implements Callable<Integer> {
    private static final long END_LIMIT_SECONDS = 40;
    private static final long RETRY_MILLIS = 500;

    @Option(
            names = "--hosts",
            required = true,
            paramLabel = "HOST:PORT,…",
            description = "The nodes' client addresses, with commas between them.")
    private String hosts = "";

    @Option(names = "--database", defaultValue = "postgres", description = "The cluster's database.")
    private String database = "";

    @Option(names = "--user", defaultValue = "postgres", description = "Whom to log in as.")
    private String user = "";

    @Option(names = "--seconds", defaultValue = "0", description = "How long; 0, the default: until SIGTERM or Ctrl-C.")
    private int seconds;

    @Option(
            names = "--acknowledged",
            paramLabel = "FILE",
            description = "Where to write the tokens of all acknowledged orders in the end, one a line, sorted.")
    private @Nullable Path acknowledged;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public Integer call() throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end-load"));
        try {
            String password = System.getenv().getOrDefault("UNDERSTUDY_PASSWORD", "");
            try (Clients clients = new Clients("jdbc:understudy://" + hosts + "/" + database, user, password)) {
                return run(clients);
            }
        } finally {
            ended.countDown();
        }
    }

    private int run(Clients clients) throws IOException, InterruptedException {
        Teller teller = new Teller(spec.commandLine().getOut());
        teller.say("order entry on " + clients);
        if (!prepared(clients, teller)) {
            return ExitCode.FAILED;
        }
        Workload workload = new Workload(clients);
        try (workload) {
            workload.start();
            show(workload.tally(), teller);
        }
        Tally tally = workload.tally();
        if (acknowledged != null) {
            write(acknowledged, tally);
        }
        teller.say("acknowledged " + tally.writes() + " writes, of them "
                + tally.orders().acknowledged() + " of " + tally.orders().attempted() + " orders sent; answered "
                + tally.reads() + " reads; errors " + tally.errors() + " " + tally.errorsByState());
        return tally.orders().acknowledged() > 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    /** The cluster may not have a master yet. */
    private boolean prepared(Clients clients, Teller teller) throws InterruptedException {
        String saidLast = "";
        do {
            try {
                Schema.migrate(clients);
                return true;
            } catch (FlywayException e) {
                String why = String.valueOf(e.getMessage());
                if (!why.equals(saidLast)) {
                    teller.say("the tables cannot be made yet: " + why);
                    saidLast = why;
                }
            }
        } while (!told.await(RETRY_MILLIS, TimeUnit.MILLISECONDS));
        return false;
    }

    private void show(Tally tally, Teller teller) throws InterruptedException {
        long begun = System.nanoTime();
        long writes = 0;
        long reads = 0;
        long errors = 0;
        for (int second = 1; !told.await(1, TimeUnit.SECONDS); second++) {
            teller.live(String.format(
                    Locale.ROOT,
                    "%4d s  %5d writes/s  %5d reads/s  %3d errors  %7d orders acknowledged",
                    second,
                    tally.writes() - writes,
                    tally.reads() - reads,
                    tally.errors() - errors,
                    tally.orders().acknowledged()));
            writes = tally.writes();
            reads = tally.reads();
            errors = tally.errors();
            if (seconds > 0 && System.nanoTime() - begun >= TimeUnit.SECONDS.toNanos(seconds)) {
                return;
            }
        }
    }

    private static void write(Path file, Tally tally) throws IOException {
        // Whoever waits for the file must not find half of it.
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.write(unfinished, tally.orders().acknowledgedKeys());
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** On SIGTERM: what was acknowledged is still written down and told. */
    private void end() {
        told.countDown();
        try {
            if (!ended.await(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                PrintWriter err = spec.commandLine().getErr();
                err.println("understudy: clients did not end within " + END_LIMIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
