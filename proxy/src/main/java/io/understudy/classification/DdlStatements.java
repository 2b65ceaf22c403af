package io.understudy.classification;

import io.understudy.classification.Classification.Ddl;
import io.understudy.classification.Classification.PasswordLiteral;
import io.understudy.classification.Classification.Refused;
import io.understudy.classification.Classification.Write;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads CREATE, ALTER, DROP, GRANT and their kin, as far as replicating them needs. */
final class DdlStatements {
    /** Objects of the whole server, and event triggers: no event trigger fires for them. */
    private static final Set<String> SHARED =
            Set.of("role", "user", "group", "database", "tablespace", "event trigger", "owned", "parameter");

    private static final Set<String> ROLES = Set.of("role", "user", "group");

    /** Changing one of these takes a lock that its writers wait for. */
    private static final Set<String> LOCKED = Set.of(
            "table", "foreign table", "materialized view", "view", "index", "trigger", "rule", "policy", "sequence");

    private DdlStatements() {}

    /** @param c behind the first word */
    static Classification classify(String verb, TokenCursor c, Nested nested) {
        int first = c.i - 1;
        Optional<Refused> ours = Belongings.ddl(c.t, first, c.to);
        if (ours.isPresent()) {
            return ours.get();
        }
        boolean replace = false;
        boolean temporary = false;
        String object;
        switch (verb) {
            case "create" -> {
                replace = c.accept("or", "replace");
                temporary = modifiers(c);
                object = object(c);
            }
            case "alter", "drop" -> {
                c.accept("default", "privileges");
                object = object(c);
            }
            case "comment", "security" -> {
                c.seek("on");
                c.accept("on");
                object = object(c);
            }
            case "grant", "revoke" -> object = granted(c);
            case "refresh" -> object = object(c);
            default -> object = c.is("owned") ? "owned" : "foreign schema";
        }
        Optional<Refused> refused = refused(verb, object, c);
        if (refused.isPresent()) {
            return refused.get();
        }
        temporary |= verb.equals("create") && isTemporarySchema(c);
        return ddl(verb, object, replace, temporary, first, c, nested);
    }

    /** @return whether what is created is temporary */
    private static boolean modifiers(TokenCursor c) {
        boolean temporary = false;
        while (true) {
            if (c.is("temp") || c.is("temporary")) {
                temporary = true;
            } else if (!(c.is("local")
                    || c.is("global")
                    || c.is("unlogged")
                    || c.is("recursive")
                    || c.is("unique")
                    || c.is("constraint")
                    || c.is("trusted")
                    || c.is("procedural")
                    || c.is("default"))) {
                return temporary;
            }
            c.i++;
        }
    }

    /** The kind of object in its one to three words, stepped over. */
    private static String object(TokenCursor c) {
        if (c.accept("foreign", "data", "wrapper")) {
            return "foreign data wrapper";
        }
        if (c.accept("text", "search")) {
            return "text search " + c.name();
        }
        for (String[] words : new String[][] {
            {"materialized", "view"}, {"foreign", "table"}, {"event", "trigger"}, {"access", "method"},
            {"user", "mapping"}, {"operator", "class"}, {"operator", "family"}, {"large", "object"}
        }) {
            if (c.accept(words)) {
                return words[0] + " " + words[1];
            }
        }
        return c.name().toLowerCase(Locale.ROOT);
    }

    /** What rights are granted on; "role" for membership. */
    private static String granted(TokenCursor c) {
        if (!c.seek("on")) {
            return "role";
        }
        c.accept("on");
        boolean plain = !(c.is("database") || c.is("tablespace") || c.is("parameter") || c.is("large"));
        return plain ? "table" : object(c);
    }

    private static Optional<Refused> refused(String verb, String object, TokenCursor c) {
        String message = switch (object) {
            case "database" -> {
                boolean alters = verb.equals("alter") && !c.ahead("rename") && !c.ahead("tablespace");
                yield alters || !verb.equals("create") && !verb.equals("alter") && !verb.equals("drop")
                        ? ""
                        : "databases cannot be created, dropped or renamed through Understudy";
            }
            case "tablespace" -> "tablespaces are not supported";
            case "large object" -> "large objects are not supported";
            case "event trigger" ->
                verb.equals("create") && onLogin(c) ? "event triggers ON login are not supported" : "";
            case "system" -> verb.equals("alter") ? "ALTER SYSTEM is not supported" : "";
            default -> "";
        };
        String hint = switch (object) {
            case "database" -> "A cluster replicates the one database named in its configuration.";
            case "tablespace" -> "Tablespaces are directories of each server, outside the replicated database.";
            case "large object" -> "Store the data in a bytea column: large objects are not replicated.";
            case "event trigger" ->
                "Connections to the servers are pooled: it would fire for those, and not when a client connects.";
            default -> "Change the configuration of each node's PostgreSQL server instead.";
        };
        return message.isEmpty() ? Optional.empty() : Optional.of(new Refused("0A000", message, hint));
    }

    private static boolean onLogin(TokenCursor c) {
        TokenCursor look = new TokenCursor(c.t, c.i, c.to);
        return look.seek("on")
                && look.accept("on")
                && look.i < look.to
                && look.t.isName(look.i)
                && look.t.name(look.i).equals("login");
    }

    private static Classification ddl(
            String verb, String object, boolean replace, boolean temporary, int first, TokenCursor c, Nested nested) {
        boolean concurrently = c.ahead("concurrently") && !verb.equals("refresh");
        boolean subscription = object.equals("subscription") && !verb.equals("comment") && !verb.equals("security");
        Set<PinReason> pins = EnumSet.noneOf(PinReason.class);
        if (temporary) {
            pins.add(PinReason.TEMPORARY_OBJECT);
        }
        if (verb.equals("create") && object.equals("table") && !temporary && isOfPrepared(c)) {
            return new Refused(
                    "0A000",
                    "CREATE TABLE AS EXECUTE is not supported",
                    "Write the prepared query itself behind AS: other nodes do not have what this session prepared.");
        }
        boolean filled = fillsRows(verb, object, c);
        boolean sequences = c.ahead("restart") || c.ahead("nextval") || c.ahead("setval");
        if (filled && verb.equals("create") && c.seek("as")) {
            c.i++;
            Classification source = nested.statement(c.t, c.i, c.to);
            if (source instanceof Refused) {
                return source;
            }
            if (source instanceof Write w) {
                pins.addAll(w.pins());
                sequences |= w.movesSequences();
            }
        }
        boolean rewrites = filled
                || verb.equals("alter")
                        && object.endsWith("table")
                        && ColumnChanges.rewrite(new TokenCursor(c.t, first, c.to));
        String tag = tag(verb, object, c);
        boolean rights = verb.equals("grant") || verb.equals("revoke");
        boolean locked = LOCKED.contains(object) && !rights && !(replace && object.equals("view"));
        boolean lockFree = !locked && !(verb.equals("create") && !replace) || asksWhetherItExists(c.t, first, c.to);
        return new Ddl(
                tag,
                SHARED.contains(object) && !tag.equals("DROP OWNED"),
                !concurrently && !subscription,
                rewrites,
                lockFree,
                temporary,
                sequences || rewrites,
                pins,
                ROLES.contains(object) ? passwords(c.t, first, c.to) : List.of());
    }

    /** IF EXISTS, IF NOT EXISTS: where there is nothing, or something, it takes no lock, and does nothing; but what others do meanwhile may stand before it in the log. */
    private static boolean asksWhetherItExists(Tokens t, int from, int to) {
        for (int i = from; i + 1 < to; i++) {
            if (t.is(i, "if") && (t.is(i + 1, "exists") || t.is(i + 1, "not"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfPrepared(TokenCursor c) {
        TokenCursor look = new TokenCursor(c.t, c.i, c.to);
        return look.seek("as") && look.accept("as", "execute");
    }

    private static boolean fillsRows(String verb, String object, TokenCursor c) {
        if (verb.equals("refresh")) {
            return true;
        }
        if (!verb.equals("create")) {
            return false;
        }
        boolean noData =
                c.to - c.i > 3 && c.t.is(c.to - 3, "with") && c.t.is(c.to - 2, "no") && c.t.is(c.to - 1, "data");
        if (object.equals("materialized view")) {
            return !noData;
        }
        TokenCursor look = new TokenCursor(c.t, c.i, c.to);
        return object.equals("table") && look.seek("as") && !noData;
    }

    private static String tag(String verb, String object, TokenCursor c) {
        return switch (verb) {
            case "grant", "revoke" ->
                object.equals("role") ? verb.toUpperCase(Locale.ROOT) + " ROLE" : verb.toUpperCase(Locale.ROOT);
            case "comment" -> "COMMENT";
            case "security" -> "SECURITY LABEL";
            case "reassign" -> "REASSIGN OWNED";
            case "import" -> "IMPORT FOREIGN SCHEMA";
            default -> {
                String kind = ROLES.contains(object) ? "role" : object;
                yield (verb + " " + kind).toUpperCase(Locale.ROOT);
            }
        };
    }

    private static List<PasswordLiteral> passwords(Tokens t, int first, int to) {
        List<PasswordLiteral> passwords = new ArrayList<>();
        int offset = t.start(first);
        for (int i = first; i + 1 < to; i++) {
            if (t.is(i, "password") && t.kind(i + 1) == TokenKind.STRING) {
                passwords.add(new PasswordLiteral(
                        t.start(i + 1) - offset, t.end(i + 1) - offset, StringLiterals.value(t.raw(i + 1))));
            }
        }
        return passwords;
    }

    private static boolean isTemporarySchema(TokenCursor c) {
        TokenCursor look = new TokenCursor(c.t, c.i, c.to);
        look.skipAny("if", "not", "exists");
        return look.is("pg_temp") && look.i + 1 < look.to && c.t.isSign(look.i + 1, '.');
    }
}
