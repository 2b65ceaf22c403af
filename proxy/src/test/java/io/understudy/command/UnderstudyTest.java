package io.understudy.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.understudy.adoption.Adoption;
import io.understudy.adoption.Programs;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfig.Advertise;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.config.NodeConfig.Postgres;
import io.understudy.config.NodeConfigWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands against a server that answers as a node does. */
class UnderstudyTest {
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<NodeConfig> launched = new ArrayList<>();
    private final Lost lost = new Lost();

    @TempDir
    private Path directory;

    private HttpServer server;
    private int deadPort;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean allowed = "Basic cG9zdGdyZXM6c2VjcmV0"
                    .equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String key = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String answer = allowed ? answers.get(key) : null;
            byte[] body = (answer == null ? "{\"error\":\"no " + key + "\"}" : answer).getBytes(StandardCharsets.UTF_8);
            if (!allowed) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"understudy\"");
            }
            exchange.sendResponseHeaders(allowed ? answer == null ? 404 : 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try (ServerSocket socket = new ServerSocket(0)) {
            deadPort = socket.getLocalPort();
        }
        writeNode("node1", deadPort);
        writeNode("node2", server.getAddress().getPort());
        answers.put("GET /api/v1/status", """
                {"epoch":4,"lastIndex":9,"nodes":[{"name":"node2","role":"master","state":"master","appliedIndex":9,
                "lagEntries":0,"lagSeconds":0.25,"host":"127.0.0.1","clientPort":1,"adminPort":%d,"postgresPort":3}],
                "counters":{"statementForm":1,"rowForm":3,"parsed":9,"keywords":1,"fellBack":0,"misrouted":2}}""".formatted(server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void statusIsAskedOfANodeThatLives() {
        Run run = run("status", "--dir", directory.toString());
        assertThat(run.exitCode).as(run.error).isEqualTo(ExitCode.OK);
        assertThat(run.output)
                .contains("epoch 4, last index 9")
                .contains("node2  master  master  9")
                .contains("1 (25.0 %) statement form, 3 (75.0 %) row form")
                .contains("2 misrouted");
        assertThat(run("status", "--json", "--dir", directory.toString()).output)
                .startsWith("{\"epoch\":4,\"lastIndex\":9,\"nodes\":[{\"name\":\"node2\"");
    }

    @Test
    void aNodeCanBeNamedByItsUrl() {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        assertThat(run("status", "--url", url, "--password", "secret").exitCode).isEqualTo(ExitCode.OK);
        assertThat(run("events", "--url", url, "--password", "wrong").exitCode).isEqualTo(ExitCode.FAILED);
        Run refused = run("status", "--url", url, "--password", "wrong");
        assertThat(refused.exitCode).isEqualTo(ExitCode.FAILED);
        assertThat(refused.error).doesNotContain("no node answers").contains("127.0.0.1");
    }

    @Test
    void whenNoNodeAnswersTheExitCodeSaysSo() {
        Run run = run("status", "--url", "http://127.0.0.1:" + deadPort, "--password", "x");
        assertThat(run.exitCode).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.error).contains("no node answers; asked 127.0.0.1:" + deadPort);
    }

    @Test
    void aDirectoryWithoutAClusterIsAUsageError(@TempDir Path empty) {
        Run run = run("status", "--dir", empty.toString());
        assertThat(run.exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(run.error).contains("no cluster in " + empty);
        Path nowhere = empty.resolve("nowhere");
        assertThat(run("status", "--dir", nowhere.toString()).error).contains("no cluster in " + nowhere);
    }

    @Test
    void eventsAndLogArePrintedLineByLine() {
        answers.put(
                "GET /api/v1/events?after=0&limit=1000",
                "{\"events\":[{\"number\":1,\"at\":\"T\",\"node\":\"n\",\"kind\":\"view\",\"text\":\"lost n2\"}]}");
        assertThat(run("events", "--dir", directory.toString()).output).isEqualTo("T  n  view  lost n2\n");
        answers.put(
                "GET /api/v1/log?limit=2&from=7",
                "{\"entries\":[{\"index\":7,\"kind\":\"master\",\"epoch\":4,\"node\":\"n\",\"reason\":\"view\"},"
                        + "{\"index\":8,\"kind\":\"transaction\",\"epoch\":4,\"at\":\"T\",\"form\":\"row\","
                        + "\"statements\":[{\"sql\":\"insert\\ninto t\"},{\"sql\":\"delete\"}]}]}");
        assertThat(run("log", "--from", "7", "--limit", "2", "--dir", directory.toString()).output)
                .isEqualTo("7  epoch 4  master  n  view\n8  T  epoch 4  transaction  row  insert into t; delete\n");
    }

    @Test
    void verifyFailsWhenNodesDiffer() {
        answers.put("POST /api/v1/verify?rows=200000", "{\"id\":\"v\"}");
        answers.put(
                "GET /api/v1/verify/v",
                "{\"id\":\"v\",\"state\":\"equal\",\"index\":9,\"tables\":3,\"sequences\":1,\"nodes\":[\"a\",\"b\"],\"findings\":[]}");
        Run equal = run("verify", "--dir", directory.toString());
        assertThat(equal.exitCode).as(equal.error).isEqualTo(ExitCode.OK);
        assertThat(equal.output).isEqualTo("equal: 3 tables and 1 sequences of 2 nodes at index 9\n");
        answers.put(
                "GET /api/v1/verify/v",
                "{\"id\":\"v\",\"state\":\"different\",\"nodes\":[],\"findings\":[\"public.t on b\"]}");
        Run different = run("verify", "--dir", directory.toString());
        assertThat(different.exitCode).isEqualTo(ExitCode.FAILED);
        assertThat(different.output).contains("public.t on b");
    }

    @Test
    void switchoverTellsTheNewMasterOrWhyNot() {
        answers.put("POST /api/v1/switchover?target=node3", "{\"master\":\"node3\"}");
        assertThat(run("switchover", "--to", "node3", "--dir", directory.toString()).output)
                .isEqualTo("master is now node3\n");
        Run refused = run("switchover", "--dir", directory.toString());
        assertThat(refused.exitCode).isEqualTo(ExitCode.FAILED);
        assertThat(refused.error).contains("no POST /api/v1/switchover?target=");
    }

    @Test
    void nodeLaunchesWithItsConfiguration() {
        Run run = run("node", "--config", directory.resolve("node2/node.yaml").toString());
        assertThat(run.exitCode).as(run.error).isEqualTo(ExitCode.OK);
        assertThat(launched)
                .singleElement()
                .satisfies(config -> assertThat(config.node()).isEqualTo("node2"));
        assertThat(run("node", "--config", directory.resolve("none.yaml").toString()).exitCode)
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void everyCommandSaysHowItIsUsedAndWhatItsExitCodesMean() {
        Map<String, CommandLine> commands =
                Understudy.whole(launched::add, lost).getSubcommands();
        assertThat(commands.keySet())
                .contains("status", "events", "log", "verify", "switchover", "resync", "explain", "node", "recover");
        commands.keySet().forEach(name -> {
            Run help = run(name, "--help");
            assertThat(help.exitCode()).as(name).isEqualTo(ExitCode.OK);
            assertThat(help.output())
                    .as(name)
                    .contains("Example", "  understudy " + name, "Exit codes:", "no node answers");
        });
        assertThat(run("--help").output()).contains("UNDERSTUDY_URL", "Exit codes:");
    }

    @Test
    void shellsCompleteCommandsAndOptions() throws Exception {
        Run completion = run("completion");
        assertThat(completion.output()).contains("complete -F _complete_understudy", "switchover", "--json");
        Path script = Files.writeString(directory.resolve("completion"), completion.output());
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source " + script
                                + "; COMP_WORDS=(understudy swi); COMP_CWORD=1; _complete_understudy; echo \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("switchover\n");
    }

    @Test
    void oneNodeAfterAnotherIsAskedAndEachSaysWhyNot() {
        String dead = "http://127.0.0.1:" + deadPort;
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        answers.put("GET /api/v1/events?after=0&limit=1000", "{\"events\":[]}");
        assertThat(run("events", "--url", dead + "," + url, "--password", "secret")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        Run none = run("log", "--url", dead + ",http://nowhere.invalid:1", "--password", "x");
        assertThat(none.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(none.error()).contains("127.0.0.1:" + deadPort + " (no connection)", "nowhere.invalid:1 (");
        assertThat(run("status", "--url", "db1:7432", "--password", "x").exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("status").error()).contains("--dir, --url or UNDERSTUDY_URL");
    }

    @Test
    void aConfigurationIsCheckedWithoutStartingIt() throws IOException {
        Path good = directory.resolve("node2/node.yaml");
        assertThat(run("config", "check", good.toString()).output()).contains("nothing is wrong");
        assertThat(run("config", "show", good.toString()).output())
                .contains("pool-size: 10")
                .doesNotContain("secret");
        Path bad = Files.writeString(directory.resolve("bad.yaml"), "node: x\nclientt: {}\npool-size: 1\n");
        Run checked = run("config", "check", bad.toString());
        assertThat(checked.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(checked.output())
                .contains(bad + ":2: clientt is not a setting; did you mean client?")
                .contains(bad + ":3: pool-size is 1")
                .contains("5 problems");
        assertThat(run("config", "check", "--json", bad.toString()).output())
                .contains("\"line\":3", "\"usable\":false");
        assertThat(run("node", "--config", bad.toString()).error()).contains(":2: clientt", ":3: pool-size");
        assertThat(launched).isEmpty();
        assertThat(run("config", "check", "/nowhere/node.yaml").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void anUnknownCommandIsAUsageError() {
        assertThat(run("stauts").exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(run().exitCode).isEqualTo(ExitCode.USAGE);
    }

    private void writeNode(String name, int adminPort) throws IOException {
        NodeConfig config = new NodeConfig(
                name,
                List.of(new Peer(name, "127.0.0.1", 1)),
                directory,
                "postgres",
                "127.0.0.1",
                1,
                "127.0.0.1",
                adminPort,
                new Advertise("127.0.0.1", 1, adminPort),
                new Postgres("127.0.0.1", 1, "postgres", "secret"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                10,
                100);
        Path file = Files.createDirectory(directory.resolve(name)).resolve("node.yaml");
        Files.writeString(file, NodeConfigWriter.toYaml(config));
    }

    private static final class Lost implements StoppedNode {
        private final List<NodeConfig> recovered = new ArrayList<>();

        @Override
        public Left look(NodeConfig config) {
            return new Left(
                    config.node(),
                    List.of("a", "b", config.node()),
                    512,
                    510,
                    Optional.of(Instant.parse("2026-01-02T03:04:05Z")));
        }

        @Override
        public void goOn(NodeConfig config) {
            recovered.add(config);
        }

        @Override
        public long finish(NodeConfig config, Adoption adoption, Programs programs, Consumer<String> told)
                throws IOException {
            throw new IOException("there is no database");
        }
    }

    @Test
    void recoverSaysWhatIsLostAndDoesNothingUnlessForced() {
        Path file = directory.resolve("node1").resolve("node.yaml");
        Run asked = run("recover", "--config", file.toString());
        assertThat(asked.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(asked.output())
                .contains("every transaction whose entry comes after 512, so after 2026-01-02T03:04:05Z: a, b may")
                .contains("the 2 entries at its end")
                .contains("Nothing was changed");
        assertThat(lost.recovered).isEmpty();
        Run forced = run("recover", "--config", file.toString(), "--force");
        assertThat(forced.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(forced.output()).contains("comes after 512").contains("can be started");
        assertThat(lost.recovered).hasSize(1);
    }

    private record Run(int exitCode, String output, String error) {}

    private Run run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(error, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Understudy.run(launched::add, lost, arguments);
            return new Run(exitCode, output.toString(StandardCharsets.UTF_8), error.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
