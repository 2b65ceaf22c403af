package io.understudy.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.PGProperty;

/**
 * The driver's own properties, checked.
 *
 * @param consistency what nodes are asked for; empty: nothing
 * @param topology whether the cluster is asked for its nodes
 * @param topologyAge how long its answer is used
 * @param nodeTimeout longest time for one node to give a connection
 * @param avoid how long a node that failed is tried last
 * @param failover how long one loss is worked on before the application is told; zero: it is told at once
 * @param plainServers whether servers that are no nodes are accepted
 */
record Settings(
        Causality causality,
        String consistency,
        boolean topology,
        Duration topologyAge,
        Duration nodeTimeout,
        Duration avoid,
        Preference prefer,
        Duration failover,
        boolean plainServers) {

    private static final Pattern CONSISTENCY = Pattern.compile("(|session|strong|eventual|bounded=\\d{1,8}(ms|s)?)");

    enum Preference {
        ANY,
        MASTER,
        REPLICA
    }

    /** @throws SQLException 22023: a value is not what its property allows, or there is no such property */
    static Settings of(Properties p) throws SQLException {
        UnderstudyProperty.checkNames(p);
        return new Settings(
                Causality.valueOf(upper(UnderstudyProperty.CAUSALITY.choice(p))),
                consistency(p),
                UnderstudyProperty.TOPOLOGY.choice(p).equals("on"),
                Duration.ofSeconds(UnderstudyProperty.TOPOLOGY_SECONDS.number(p, 1, 3600)),
                Duration.ofMillis(UnderstudyProperty.NODE_TIMEOUT_MS.number(p, 100, 600_000)),
                Duration.ofMillis(UnderstudyProperty.AVOID_MS.number(p, 0, 600_000)),
                preference(p),
                Duration.ofSeconds(UnderstudyProperty.FAILOVER_SECONDS.number(p, 0, 600)),
                UnderstudyProperty.PLAIN_SERVERS.choice(p).equals("allow"));
    }

    private static String consistency(Properties p) throws SQLException {
        String value = p.getProperty(UnderstudyProperty.CONSISTENCY.key(), "").strip();
        if (!CONSISTENCY.matcher(value).matches()) {
            throw new SQLException(
                    UnderstudyProperty.CONSISTENCY.key() + " is \"" + value
                            + "\"; it can be session, strong, bounded=500ms or eventual",
                    "22023");
        }
        return value;
    }

    /** Whoever comes from pgjdbc's URLs with several hosts says it by pgjdbc's property. */
    private static Preference preference(Properties p) throws SQLException {
        String type = p.getProperty(PGProperty.TARGET_SERVER_TYPE.getName());
        if (type == null || p.getProperty(UnderstudyProperty.PREFER.key()) != null) {
            return Preference.valueOf(upper(UnderstudyProperty.PREFER.choice(p)));
        }
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "primary", "master", "preferprimary" -> Preference.MASTER;
            case "secondary", "slave", "preferslave", "prefersecondary" -> Preference.REPLICA;
            default -> Preference.ANY;
        };
    }

    private static String upper(String value) {
        return value.toUpperCase(Locale.ROOT);
    }
}
