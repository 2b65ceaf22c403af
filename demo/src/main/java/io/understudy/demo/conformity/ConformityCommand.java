package io.understudy.demo.conformity;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.command.ExitCode;
import io.understudy.demo.conformity.Tally.Finding;
import io.understudy.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy conformity}: how well classification agrees with PostgreSQL on given SQL. */
@Command(
        name = "conformity",
        mixinStandardHelpOptions = true,
        description = {
            "Runs SQL files on a PostgreSQL server, in a new database that is dropped in the end, and compares what classification finds in",
            "each query and DML statement with the server's own parse tree. Exit code 1 if less than 97 % are equal, less than 98 % of the",
            "read-only ones are taken for reads, or any write is."
        })
public final class ConformityCommand implements Callable<Integer> {
    @Option(
            names = "--suite",
            paramLabel = "DIR",
            description = "src/test/regress of PostgreSQL's source: all files of its schedule.")
    private Path suite = Path.of("");

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "jdbc:postgresql://HOST:PORT/DATABASE; an embedded server if not given.")
    private String url = "";

    @Option(names = "--user", defaultValue = "postgres", description = "A superuser. Default: ${DEFAULT-VALUE}.")
    private String user = "";

    @Option(names = "--password", defaultValue = "", description = "Its password.")
    private String password = "";

    @Option(names = "--list", description = "Prints every statement that is not as it should be.")
    private boolean list;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "SQL files as psql takes them, run in this order.")
    private List<Path> files = new ArrayList<>();

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public Integer call() throws Exception {
        boolean scheduled = !suite.toString().isEmpty();
        if (!scheduled && files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--suite or files are missing");
        }
        List<Path> all = files.isEmpty() ? Conformity.scheduled(suite) : files;
        Map<String, String> environment = scheduled
                ? Map.of(
                        "PG_ABS_SRCDIR",
                        suite.toAbsolutePath().toString(),
                        "PG_ABS_BUILDDIR",
                        suite.toAbsolutePath().toString(),
                        "PG_LIBDIR",
                        "$libdir",
                        "PG_DLSUFFIX",
                        ".so")
                : Map.of();
        Tally tally = url.isEmpty() ? onEmbedded(all, environment) : on(url, user, password, all, environment);
        print(tally);
        return tally.good() ? ExitCode.OK : ExitCode.FAILED;
    }

    private Tally onEmbedded(List<Path> all, Map<String, String> environment) throws IOException, SQLException {
        // Synchronous commits are of no use to a database that is dropped.
        try (EmbeddedPostgres pg = EmbeddedPostgres.start(Map.of("synchronous_commit", "off"))) {
            return on(pg.jdbcUrl(), pg.user(), pg.password(), all, environment);
        }
    }

    private Tally on(String at, String who, String secret, List<Path> all, Map<String, String> environment)
            throws IOException, SQLException {
        Properties login = new Properties();
        login.setProperty("user", who);
        login.setProperty("password", secret);
        return new Conformity(at, login, line -> {
                    if (!json) {
                        say(line);
                    }
                })
                .run(all, environment);
    }

    private void print(Tally tally) throws IOException {
        Map<String, List<Finding>> findings = new LinkedHashMap<>();
        findings.put("unequal", tally.unequal());
        findings.put("unrecognisedReads", tally.unrecognised());
        findings.put("writesTakenForReads", tally.misrouted());
        findings.put("splitOtherwise", tally.splitOtherwise());
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>(tally.figures());
            all.put("good", tally.good());
            if (list) {
                all.putAll(findings);
            }
            say(new ObjectMapper().writeValueAsString(all));
            return;
        }
        if (list) {
            findings.forEach((what, some) -> some.forEach(f -> say(what + " " + f)));
        }
        tally.figures().forEach((name, value) -> say(name + " " + value));
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
