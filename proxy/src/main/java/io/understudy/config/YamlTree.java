package io.understudy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML file as it was written: every value with its line, and as its text. */
sealed interface YamlTree {
    /** From 1. */
    int line();

    /** A value; nothing and null are the same. */
    record Value(String text, int line) implements YamlTree {}

    record Nothing(int line) implements YamlTree {}

    record Elements(List<YamlTree> list, int line) implements YamlTree {}

    record Settings(Map<String, Setting> map, int line) implements YamlTree {}

    /** @param line of its key */
    record Setting(YamlTree value, int line) {}

    /** Something that is wrong with the file, where. */
    record Fault(int line, String text) {}

    /**
     * Reads a file.
     *
     * @param faults where what is wrong is put
     * @return empty, but for the faults, if it cannot be read as settings
     */
    static Settings read(String yaml, List<Fault> faults) {
        Settings none = new Settings(Map.of(), 0);
        try {
            Optional<Node> top = new Compose(LoadSettings.builder().build()).composeString(yaml);
            if (top.isPresent() && top.get() instanceof MappingNode mapping && !mapping.isRecursive()) {
                return settings(mapping, faults, new ArrayList<>());
            }
            faults.add(new Fault(0, "not a YAML mapping of settings"));
        } catch (MarkedYamlEngineException e) {
            faults.add(new Fault(
                    e.getProblemMark().map(m -> m.getLine() + 1).orElse(0), "not valid YAML: " + e.getProblem()));
        } catch (YamlEngineException e) {
            faults.add(new Fault(0, "not valid YAML: " + e.getMessage()));
        }
        return none;
    }

    private static Settings settings(MappingNode mapping, List<Fault> faults, List<Node> above) {
        Map<String, Setting> map = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            int line = lineOf(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                faults.add(new Fault(line, "the name of a setting must be a single word"));
                continue;
            }
            Setting before = map.get(key.getValue());
            if (before == null) {
                map.put(key.getValue(), new Setting(tree(tuple.getValueNode(), faults, above), line));
            } else {
                faults.add(new Fault(
                        line, key.getValue() + " is a duplicate key: it is in line " + before.line() + " already"));
            }
        }
        return new Settings(map, lineOf(mapping));
    }

    private static YamlTree tree(Node node, List<Fault> faults, List<Node> above) {
        int line = lineOf(node);
        if (above.stream().anyMatch(n -> n == node)) {
            faults.add(new Fault(line, "an alias stands for something it is inside of"));
            return new Nothing(line);
        }
        List<Node> path = new ArrayList<>(above);
        path.add(node);
        return switch (node) {
            case ScalarNode s when s.getTag().equals(Tag.NULL) -> new Nothing(line);
            case ScalarNode s -> new Value(s.getValue(), line);
            case SequenceNode s ->
                new Elements(
                        s.getValue().stream().map(e -> tree(e, faults, path)).toList(), line);
            case MappingNode m -> settings(m, faults, path);
            default -> new Nothing(line);
        };
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }
}
