package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.Relation;
import io.understudy.classification.Classification.Refused;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Statements that would touch what the node keeps in its PostgreSQL: schema understudy, its event triggers, the capture triggers (their names begin with a blank) and the role that
 * replays. PostgreSQL itself keeps ordinary roles out; a superuser would get in, and capture would lose something.
 */
final class Belongings {
    private static final String SCHEMA = "understudy";
    private static final String TRIGGERS = " understudy";
    private static final String APPLY_ROLE = "understudy_apply";

    /** Settings that would let changes pass without capture, or to a node's server without the proxy. */
    private static final Set<String> SETTINGS = Set.of("event_triggers", "session_preload_libraries");

    private Belongings() {}

    private static Optional<Refused> refused(String what) {
        return Optional.of(new Refused(
                "42501",
                what + " belongs to Understudy",
                "The node keeps there what replication needs; it cannot be changed through Understudy."));
    }

    /** A query or DML: reading is harmless but for the node's secret. */
    static Optional<Refused> query(
            Facts facts,
            Collection<Relation> read,
            Collection<Relation> written,
            DatabaseCatalog catalog,
            List<String> searchPath) {
        for (Facts.Name n : facts.written) {
            if (n.schema().equals(SCHEMA)) {
                return refused("understudy." + n.name());
            }
        }
        for (Relation r : written) {
            if (r.schema().equals(SCHEMA)) {
                return refused("understudy." + r.name());
            }
        }
        for (Relation r : written) {
            // an update of the view pg_settings only sets
            if (r.schema().equals("pg_catalog") && r.kind() == 'r') {
                return Optional.of(
                        new Refused(
                                "0A000",
                                "rows of the catalog cannot be changed through Understudy: " + r.name(),
                                "Use CREATE, ALTER, DROP, COMMENT or GRANT: what is written into the catalog directly is not replicated."));
            }
        }
        boolean secret = read.stream()
                        .anyMatch(r -> r.schema().equals(SCHEMA) && r.name().equals("secret"))
                || facts.read.contains(new Facts.Name(SCHEMA, "secret"));
        if (secret) {
            return refused("understudy.secret");
        }
        for (Facts.Name f : facts.functions) {
            boolean found = f.schema().isEmpty()
                    && searchPath.contains(SCHEMA)
                    && catalog.functions(f.name()).stream()
                            .anyMatch(o -> o.schema().equals(SCHEMA));
            if (found || f.schema().equals(SCHEMA)) {
                return refused("function understudy." + f.name());
            }
        }
        return facts.namesOurs && facts.failure.isPresent() ? refused("schema understudy") : Optional.empty();
    }

    /** DDL, from its first word on. */
    static Optional<Refused> ddl(Tokens t, int from, int to) {
        boolean schemas = false;
        for (int i = from; i < to; i++) {
            schemas = beginsSchemas(t, i - 1, from)
                    || schemas && (t.isSign(i, ',') || t.isSign(i - 1, ',') && t.isName(i));
            if (!t.isName(i)) {
                continue;
            }
            String name = t.name(i);
            if (name.startsWith(TRIGGERS)) {
                return refused("trigger \"" + name + "\"");
            }
            if (name.equals(APPLY_ROLE)) {
                return refused("role " + APPLY_ROLE);
            }
            if (name.equals(SCHEMA) && isSchema(t, i, to, schemas) && !isSettingForClients(t, i, from)) {
                return refused("schema understudy");
            }
            if (t.is(i, "set") && setsOurs(t, i + 1, from)) {
                return refused("setting " + t.name(i + 1));
            }
            if (t.is(i, "reset") && t.is(from, "alter") && t.is(from + 1, "database") && resetsOurs(t, i + 1)) {
                return refused("setting default_transaction_read_only");
            }
        }
        return Optional.empty();
    }

    /** Not a table or column that happens to have the name. */
    private static boolean isSchema(Tokens t, int i, int to, boolean schemas) {
        return i + 1 < to && t.isSign(i + 1, '.') && !(t.isSign(i - 1, '.')) || schemas;
    }

    /** ALTER ROLE or DATABASE … SET understudy.consistency: a setting of sessions, whose name only looks like one of the schema's. */
    private static boolean isSettingForClients(Tokens t, int i, int from) {
        return t.is(from, "alter")
                && (t.is(i - 1, "set") || t.is(i - 1, "reset"))
                && t.isName(i + 2)
                && t.name(i + 2).equals("consistency");
    }

    /** Whether a list of schemas, or one, stands behind token {@code i}. */
    private static boolean beginsSchemas(Tokens t, int i, int from) {
        return t.is(i, "schema") || t.is(i, "exists") && t.is(from + 1, "schema");
    }

    private static boolean setsOurs(Tokens t, int i, int from) {
        return t.isName(i)
                && (SETTINGS.contains(t.name(i)) || t.is(i, "default_transaction_read_only") && t.is(from, "alter"));
    }

    /** Without it, who connects to a server past the proxy could write there. */
    private static boolean resetsOurs(Tokens t, int i) {
        return t.is(i, "all") || t.isName(i) && t.name(i).equals("default_transaction_read_only");
    }

    /** SET name, by whatever way. */
    static Optional<Refused> setting(String name) {
        return SETTINGS.contains(name)
                ? Optional.of(new Refused(
                        "42501",
                        "\"" + name + "\" cannot be set through Understudy",
                        "Changes could go unnoticed, and would be missing on the other nodes."))
                : Optional.empty();
    }

    /** SET ROLE and SET SESSION AUTHORIZATION: what that role changes is not captured. */
    static Optional<Refused> role(Optional<String> role) {
        return role.filter(APPLY_ROLE::equals).flatMap(r -> refused("role " + r));
    }

    static boolean mentions(Tokens t, int i, int to) {
        return i + 1 < to && t.isName(i) && t.isSign(i + 1, '.') && t.name(i).equals(SCHEMA);
    }
}
