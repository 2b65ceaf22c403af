package io.understudy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.config.NodeConfigReader.Checked;
import io.understudy.config.YamlTree.Elements;
import io.understudy.config.YamlTree.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/node.yaml is complete and true. */
class ReferenceFileTest {
    private static final Path FILE = Path.of("").toAbsolutePath().resolveSibling("docs/node.yaml");
    /** A setting without a default: its # stands right before it. */
    private static final Pattern WITHOUT_DEFAULT = Pattern.compile("(?m)^( *)#([a-z-]+:)");

    private final NodeConfigReader reader = new NodeConfigReader(Map.of("POSTGRES_PASSWORD", "secret"));

    @Test
    void everySettingIsThereAndNoOther() throws IOException {
        Checked checked = reader.check(FILE);
        assertThat(checked.problems()).isEmpty();
        String whole = WITHOUT_DEFAULT.matcher(Files.readString(FILE)).replaceAll("$1$2");
        Set<String> shown = new TreeSet<>();
        collect("", YamlTree.read(whole, new ArrayList<>()), shown);
        Set<String> known = new TreeSet<>(checked.known().keySet());
        assertThat(known).hasSizeGreaterThan(35);
        known.remove("nodes");
        // A list of mappings, which shows none.
        assertThat(shown.remove("admin.users")).isTrue();
        assertThat(shown).isEqualTo(known);
    }

    @Test
    void whatItShowsIsTheDefault() throws Exception {
        NodeConfig shortest = reader.parse("""
                node: node1
                nodes:
                  - {name: node1, host: 10.0.0.1, cluster-port: 7800}
                  - {name: node2, host: 10.0.0.2, cluster-port: 7800}
                  - {name: node3, host: 10.0.0.3, cluster-port: 7800}
                data-directory: /var/lib/understudy
                postgres: {password: secret}
                """, FILE);
        assertThat(reader.read(FILE)).isEqualTo(shortest);
    }

    @Test
    void everySettingIsExplained() throws IOException {
        List<String> lines = Files.readAllLines(FILE);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            boolean elementsAfterTheFirst = line.startsWith("- ") || line.matches("(host|cluster-port|admin-port): .*");
            if (line.matches("#?[a-z-]+:.*") && !elementsAfterTheFirst) {
                assertThat(lines.get(i - 1).strip() + (i > 1 ? lines.get(i - 2).strip() : ""))
                        .as("above %s, in line %s", line, i + 1)
                        .contains("# ");
            }
        }
    }

    private static void collect(String path, YamlTree tree, Set<String> into) {
        switch (tree) {
            case Settings s ->
                s.map()
                        .forEach((key, setting) ->
                                collect(path.isEmpty() ? key : path + "." + key, setting.value(), into));
            case Elements e
            when e.list().stream().anyMatch(x -> x instanceof Settings) ->
                e.list().forEach(x -> collect(path + "[]", x, into));
            default -> into.add(path);
        }
    }
}
