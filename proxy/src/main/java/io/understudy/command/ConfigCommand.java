package io.understudy.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.config.ClientTls;
import io.understudy.config.ConfigException;
import io.understudy.config.ConfigException.Problem;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfigReader;
import io.understudy.config.NodeConfigReader.Checked;
import io.understudy.config.NodeConfigWriter;
import io.understudy.config.PeerTls;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy config}: looks at a node's settings without starting it. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Looks at a node's settings, those of the environment included, without starting it.",
        footer = {"%nExamples:", "  understudy config check node.yaml", "  understudy config show node.yaml"},
        subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class})
final class ConfigCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "check or show is missing");
    }

    /** {@code understudy config check FILE}. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Tells everything that is wrong with a file, by line; exit code 2 if anything is.",
            footer = {
                "%nExample:",
                "  understudy config check /etc/understudy/node.yaml && systemctl restart understudy"
            })
    static final class Check implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FILE", description = "A node's settings.")
        private Path file = Path.of("node.yaml");

        @Option(names = "--json", description = "As JSON.")
        private boolean json;

        @Spec
        private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

        @Override
        public Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            Checked checked = new NodeConfigReader().check(file);
            List<Problem> problems = new ArrayList<>(checked.problems());
            checked.config().ifPresent(c -> problems.addAll(missingFiles(c)));
            if (json) {
                Map<String, Object> answer =
                        Map.of("problems", problems, "doubts", checked.doubts(), "usable", problems.isEmpty());
                out.println(new ObjectMapper().writeValueAsString(answer));
            } else {
                problems.forEach(out::println);
                checked.doubts().forEach(out::println);
                out.println(
                        problems.isEmpty()
                                ? file + ": nothing is wrong"
                                : file + ": " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
            }
            return problems.isEmpty() ? ExitCode.OK : ExitCode.USAGE;
        }

        private List<Problem> missingFiles(NodeConfig config) {
            ClientTls clients = config.access().tls();
            List<Problem> missing = new ArrayList<>();
            missing.addAll(missing("tls", Stream.of(clients.certificate(), clients.key(), clients.clientCa())));
            missing.addAll(
                    missing("postgres.tls", Stream.of(config.postgres().tls().ca())));
            missing.addAll(missing("admin.tls", files(config.adminAccess().tls())));
            missing.addAll(missing("cluster.tls", files(config.clusterTls())));
            return missing;
        }

        private static Stream<Optional<Path>> files(Optional<PeerTls> tls) {
            return tls.stream()
                    .flatMap(t -> Stream.of(t.certificate(), t.key(), t.ca()))
                    .map(Optional::of);
        }

        private List<Problem> missing(String section, Stream<Optional<Path>> files) {
            return files.flatMap(Optional::stream)
                    .filter(f -> !Files.isReadable(f))
                    .map(f -> new Problem(file.toString(), 0, section + " names " + f + ", which cannot be read"))
                    .toList();
        }
    }

    /** {@code understudy config show FILE}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Prints the settings that a node would run with, defaults included, but for the password.",
            footer = {"%nExample:", "  UNDERSTUDY_CLIENT_PORT=6433 understudy config show node.yaml"})
    static final class Show implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FILE", description = "A node's settings.")
        private Path file = Path.of("node.yaml");

        @Spec
        private CommandSpec spec = CommandSpec.create(); // picocli puts the real one here

        @Override
        public Integer call() throws ConfigException {
            spec.commandLine().getOut().print(NodeConfigWriter.toYamlForPeople(new NodeConfigReader().read(file)));
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }
    }
}
