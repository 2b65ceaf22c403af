package io.understudy.demo.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The dashboard and the alert rules that are shipped. */
final class MonitoringFiles {
    private static final Path TOP = Path.of("").toAbsolutePath().getParent();
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    /** What stands in an expression and names no metric: texts, matchers of labels, times, and labels that results are grouped by. */
    private static final Pattern OTHER =
            Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(by|without|on|ignoring)\\s*\\([^)]*\\)");

    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

    private MonitoringFiles() {}

    record Alert(String name, String expression, Map<?, ?> labels, Map<?, ?> annotations) {}

    static List<Alert> alerts() throws IOException {
        List<Alert> alerts = new ArrayList<>();
        Map<?, ?> file = (Map<?, ?>) new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(TOP.resolve("docker/prometheus/alerts.yaml")));
        for (Object group : (List<?>) file.get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                Map<?, ?> r = (Map<?, ?>) rule;
                alerts.add(new Alert(
                        (String) r.get("alert"), (String) r.get("expr"), (Map<?, ?>) r.get("labels"), (Map<?, ?>)
                                r.get("annotations")));
            }
        }
        return alerts;
    }

    static List<String> dashboardExpressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        JsonNode dashboard = new ObjectMapper()
                .readTree(
                        TOP.resolve("docker/grafana/dashboards/understudy.json").toFile());
        for (JsonNode found : dashboard.findValues("expr")) {
            expressions.add(found.asText());
        }
        for (JsonNode variable : dashboard.path("templating").path("list")) {
            Matcher values = Pattern.compile("label_values\\((.*), \\w+\\)")
                    .matcher(variable.path("definition").asText());
            if (values.matches()) {
                expressions.add(values.group(1));
            }
        }
        return expressions;
    }

    static String runbook() throws IOException {
        return Files.readString(TOP.resolve("docs/operations.md"));
    }

    /** The metrics that a PromQL expression names. */
    static Set<String> metricsIn(String expression) {
        String left = OTHER.matcher(expression).replaceAll(" ");
        Set<String> names = new TreeSet<>();
        Matcher m = NAME.matcher(left);
        while (m.find()) {
            boolean function = left.substring(m.end()).stripLeading().startsWith("(");
            if (!function && !WORDS.contains(m.group())) {
                names.add(m.group());
            }
        }
        return names;
    }
}
