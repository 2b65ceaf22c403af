package io.understudy.route;

import io.understudy.classification.Classification;
import io.understudy.classification.Insight;
import io.understudy.classification.TableReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What EXPLAIN (ROUTE) answers: where a statement would go and how it would be logged, and why. Immutable. */
public final class Explanation {
    private final Map<String, Object> fields = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    private Explanation() {}

    /** @param distrusted whether a replica has found that statements of its shape are not what they seem */
    public static Explanation of(Insight i, Asker asker, ClusterPicture picture, boolean distrusted) {
        Explanation e = new Explanation();
        Classification c = i.classification();
        e.add("kind", "Statement", kind(c), i.cached() ? " (known)" : " (seen for the first time)");
        e.add("why", "Why", why(c), "");
        Destination d = Destination.of(c, asker, picture);
        e.add("node", "Runs on", where(d), role(d));
        e.add("because", "Because", d.why(), "");
        e.add("hint", "Hint", d.hint(), "");
        LogForm form = d.isRefused() ? LogForm.none() : LogForm.of(c, asker, distrusted);
        e.add("logForm", "Logged as", form.form(), "");
        e.add("logFormWhy", form.form().equals("row") ? "Not as a statement because" : "Because", form.why(), "");
        e.seen(i);
        e.fields.put("role", d.role());
        e.fields.put("cached", i.cached());
        return e;
    }

    private static String where(Destination d) {
        if (d.isRefused()) {
            return "no node";
        }
        return d.node().isEmpty() ? "nowhere now" : d.node();
    }

    private static String role(Destination d) {
        return switch (d.role()) {
            case "master", "replica" -> ", the cluster's " + d.role();
            case "every" -> ", then on every node";
            default -> "";
        };
    }

    private static String kind(Classification c) {
        return switch (c) {
            case Classification.Read r -> "read";
            case Classification.Write w -> w.certain() ? "write" : "may write";
            case Classification.Ddl d -> "DDL";
            case Classification.Copy copy -> copy.from() ? "write" : "read";
            default -> c.kind();
        };
    }

    private static String why(Classification c) {
        return switch (c) {
            case Classification.Read r -> r.why();
            case Classification.Write w -> lower(w.cause()) + (w.certain() ? "" : ": " + w.why());
            case Classification.Ddl d -> d.tag();
            case Classification.Copy copy -> copy.from() ? "COPY FROM" : "COPY TO";
            case Classification.Maintenance m -> m.tag();
            case Classification.Refused r -> r.message();
            default -> "";
        };
    }

    private void seen(Insight i) {
        add(
                "parser",
                "Understood by",
                switch (i.parser()) {
                    case CALCITE -> "Calcite";
                    case KEYWORDS -> "its keywords";
                    case NOBODY -> "nobody";
                },
                i.fellBack().isEmpty() ? "" : ": Calcite gave up (" + i.fellBack() + "), so it counts as a write");
        if (!i.fellBack().isEmpty()) {
            fields.put("fellBack", i.fellBack());
        }
        switch (i.classification()) {
            case Classification.Read r -> tables("reads", "Reads", r.tables());
            case Classification.Write w -> {
                tables("writes", "Writes", w.written());
                tables("reads", "Reads", w.read());
                list(
                        "leaves",
                        "May leave in its session",
                        w.pins().stream().map(Explanation::lower).sorted().toList());
            }
            default -> {}
        }
        list(
                "functions",
                "Functions",
                i.functions().stream()
                        .map(f -> f.name() + " (" + f.volatility() + (f.builtIn() ? ")" : ", not built in)"))
                        .toList());
        if (i.locksRows()) {
            add("locksRows", "Locks rows", "yes", "");
        }
        if (i.timestamps() > 0) {
            add("timestamps", "Mentions of the transaction's time", Integer.toString(i.timestamps()), "");
        }
    }

    private void tables(String name, String label, Collection<TableReference> tables) {
        list(
                name,
                label,
                tables.stream()
                        .map(t -> (t.schema().isEmpty() ? "" : t.schema() + ".") + t.name())
                        .sorted()
                        .distinct()
                        .toList());
    }

    private void list(String name, String label, List<String> values) {
        if (!values.isEmpty()) {
            fields.put(name, values);
            lines.add(label + ": " + values.stream().collect(Collectors.joining(", ")));
        }
    }

    /** @param remark for people only */
    private void add(String name, String label, String value, String remark) {
        if (!value.isEmpty()) {
            fields.put(name, value);
            lines.add(label + ": " + value + remark);
        }
    }

    private static String lower(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** For people, a fact a line. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** For programs: names to texts, lists of texts and booleans, in order. */
    public Map<String, Object> fields() {
        return new LinkedHashMap<>(fields);
    }
}
