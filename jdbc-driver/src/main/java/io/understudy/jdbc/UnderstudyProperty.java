package io.understudy.jdbc;

import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The driver's own properties; every other one is pgjdbc's and is passed through. Their names begin with {@code understudy.}, in the URL and in {@link Properties} alike.
 */
public enum UnderstudyProperty {
    /** What connections of one data source tell each other; see {@link Causality}. */
    CAUSALITY(
            "causality",
            "writes",
            "What a connection must see of the other connections with the same URL and user in this JVM: writes (what they"
                    + " committed), reads (also nothing older than what they read; costs a round trip per read while others"
                    + " write), connection (nothing).",
            List.of("writes", "reads", "connection")),

    /** How old what a read shows may be; empty: what the role or database is given, else {@code session}. */
    CONSISTENCY(
            "consistency",
            "",
            "How old what a read shows may be: session (sees what this application wrote, never goes back in time), strong (sees"
                    + " every commit acknowledged before it), bounded=500ms (every commit acknowledged longer ago), eventual. Empty:"
                    + " what the role or the database is given, else session.",
            List.of()),

    /** Whether the cluster is asked for its nodes. */
    TOPOLOGY(
            "topology",
            "on",
            "Whether nodes that are not in the URL are found by asking those that are (on), or the URL is all there is (off).",
            List.of("on", "off")),

    /** How long an answer about the cluster's nodes is used, seconds, 1..3600. */
    TOPOLOGY_SECONDS(
            "topologySeconds",
            "5",
            "For how many seconds, 1 to 3600, an answer about the cluster's nodes is used before a new connection asks again.",
            List.of()),

    /** Longest time for one node to give a connection, milliseconds, 100..600000. */
    NODE_TIMEOUT_MS(
            "nodeTimeoutMs",
            "5000",
            "How many milliseconds, 100 to 600000, one node has to give a connection, login included, before the next one is tried.",
            List.of()),

    /** How long a node that gave no connection is avoided, milliseconds, 0..600000. */
    AVOID_MS(
            "avoidMs",
            "3000",
            "For how many milliseconds, 0 to 600000, a node that gave no connection or lost one is tried last.",
            List.of()),

    /** Which node a connection prefers. */
    PREFER(
            "prefer",
            "any",
            "Which node a connection is opened at: any (they are spread), master (saves writes a hop), replica.",
            List.of("any", "master", "replica")),

    /** How long a loss is worked on before the application is told, seconds, 0..600. */
    FAILOVER_SECONDS(
            "failoverSeconds",
            "10",
            "For how many seconds, 0 to 600, another node is looked for when a connection's node is lost, and asked what became"
                    + " of a commit that was cut off, before the application is told. 0: lost connections are errors, as pgjdbc's.",
            List.of()),

    /** What to do with a server that is no node. */
    PLAIN_SERVERS(
            "plainServers",
            "refuse",
            "What to do when a PostgreSQL server answers that is not a node of Understudy: refuse, or allow (for tests without"
                    + " a cluster: there is no routing, no token, no other node).",
            List.of("refuse", "allow"));

    /** What all own properties begin with. */
    public static final String PREFIX = "understudy.";

    private final String key;
    private final String defaultValue;
    private final String description;
    private final List<String> choices;

    UnderstudyProperty(String key, String defaultValue, String description, List<String> choices) {
        this.key = PREFIX + key;
        this.defaultValue = defaultValue;
        this.description = description;
        this.choices = choices;
    }

    /** The name in URLs and {@link Properties}. */
    public String key() {
        return key;
    }

    /** The value if none is given. */
    public String defaultValue() {
        return defaultValue;
    }

    /** What it is for, with its unit and range. */
    public String description() {
        return description;
    }

    String choice(Properties p) throws SQLException {
        String value = p.getProperty(key, defaultValue);
        if (!choices.contains(value)) {
            throw invalid(value, "one of " + String.join(", ", choices));
        }
        return value;
    }

    int number(Properties p, int min, int max) throws SQLException {
        String value = p.getProperty(key, defaultValue);
        try {
            int n = Integer.parseInt(value.strip());
            if (n >= min && n <= max) {
                return n;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw invalid(value, "a whole number from " + min + " to " + max);
    }

    private SQLException invalid(String value, String wanted) {
        return new SQLException(
                "Property " + key + " is \"" + value + "\" and must be " + wanted + ". " + description, "22023");
    }

    DriverPropertyInfo info(Properties p) {
        DriverPropertyInfo info = new DriverPropertyInfo(key, p.getProperty(key, defaultValue));
        info.description = description;
        info.required = false;
        if (!choices.isEmpty()) {
            info.choices = choices.toArray(new String[0]);
        }
        return info;
    }

    /** @throws SQLException 22023: a property begins as ours do and is none */
    static void checkNames(Properties p) throws SQLException {
        for (String name : p.stringPropertyNames()) {
            if (name.startsWith(PREFIX) && Arrays.stream(values()).noneMatch(known -> known.key.equals(name))) {
                throw new SQLException(
                        "There is no property " + name + ". Known: "
                                + Arrays.stream(values())
                                        .map(UnderstudyProperty::key)
                                        .collect(Collectors.joining(", "))
                                + ".",
                        "22023");
            }
        }
    }
}
