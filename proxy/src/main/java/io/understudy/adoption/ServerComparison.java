package io.understudy.adoption;

import io.understudy.adoption.ServerCheck.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What should be the same on all servers of a cluster and is not. Pure. */
public final class ServerComparison {
    static final String MAJOR = "major version";
    static final String COLLATION = "collation";
    static final String COLLATION_VERSION = "collation version";
    static final String EXTENSION = "extension ";
    private static final String NONE = "none";

    private ServerComparison() {}

    /** Findings about all of them together; none for one alone. */
    public static List<Finding> of(List<Report> servers) {
        List<Finding> findings = new ArrayList<>();
        if (servers.size() < 2) {
            return findings;
        }
        TreeSet<String> names = new TreeSet<>();
        servers.forEach(s -> names.addAll(s.facts().keySet()));
        for (String name : names) {
            Map<String, String> values = new LinkedHashMap<>();
            servers.forEach(s -> values.put(s.name(), s.facts().getOrDefault(name, NONE)));
            if (new TreeSet<>(values.values()).size() > 1) {
                findings.add(difference(name, values));
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.works("servers", "versions, collations and extensions are the same on all", ""));
        }
        return findings;
    }

    private static Finding difference(String name, Map<String, String> values) {
        List<String> each = new ArrayList<>();
        values.forEach((server, value) -> each.add(server + ": " + value));
        String what = String.join("; ", each);
        if (name.equals(MAJOR)) {
            return Finding.works(
                    name, what, "nodes may have different versions; what only the newer ones have cannot be used");
        }
        if (name.equals(COLLATION)) {
            return Finding.change(
                    name,
                    what,
                    "texts would be sorted differently by node: make the databases with the same locale, C.UTF-8, say");
        }
        if (name.equals(COLLATION_VERSION)) {
            return Finding.limited(
                    name,
                    what,
                    "libraries of different versions may sort texts differently; C.UTF-8 is the same everywhere");
        }
        return values.containsValue(NONE)
                ? Finding.limited(name, what, "its files must be on every server before it is created through a node")
                : Finding.limited(name, what, "ALTER EXTENSION ... UPDATE needs the same files on every server");
    }
}
