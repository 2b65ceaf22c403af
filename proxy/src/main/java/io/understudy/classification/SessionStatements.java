package io.understudy.classification;

import io.understudy.classification.Classification.Cause;
import io.understudy.classification.Classification.Read;
import io.understudy.classification.Classification.Refused;
import io.understudy.classification.Classification.Scope;
import io.understudy.classification.Classification.Write;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads SET, SHOW, PREPARE, cursors and their kin. */
final class SessionStatements {
    private static final String OWN = "understudy";

    private SessionStatements() {}

    /** @param c behind the first word */
    static Classification classify(String verb, TokenCursor c, Nested nested) {
        return switch (verb) {
            case "set" -> set(c);
            case "reset" -> reset(c);
            case "show" -> show(c);
            case "discard" -> new SessionStatement.Discard(c.is("temporary") ? "temp" : c.word());
            case "listen" -> new SessionStatement.Listen(c.name());
            case "unlisten" -> new SessionStatement.Unlisten(c.i < c.to && c.t.isSign(c.i, "*") ? "*" : c.name());
            case "notify" -> new SessionStatement.Notify(c.name());
            case "prepare" -> prepare(c, nested);
            case "execute" -> execute(c, nested);
            case "deallocate" -> {
                c.accept("prepare");
                yield new SessionStatement.Deallocate(c.is("all") ? Optional.empty() : Optional.of(c.name()));
            }
            case "declare" -> declare(c, nested);
            case "fetch" -> new SessionStatement.Fetch(lastName(c));
            case "move" -> new SessionStatement.Move(lastName(c));
            case "close" -> new SessionStatement.Close(c.is("all") ? Optional.empty() : Optional.of(c.name()));
            default -> new SessionStatement.Load();
        };
    }

    // ---- settings

    private static Classification set(TokenCursor c) {
        boolean local = c.is("local") && !isValue(c, c.i + 1);
        if (local) {
            c.i++;
        }
        if (c.is("session") && !isValue(c, c.i + 1)) {
            c.i++;
        }
        if (c.accept("constraints")) {
            return new TransactionControl.SetConstraints();
        }
        if (c.accept("characteristics", "as", "transaction")) {
            return new TransactionControl.SetSessionCharacteristics(TransactionStatements.options(c));
        }
        if (c.is("transaction") && !isValue(c, c.i + 1)) {
            c.i++;
            if (c.accept("snapshot")) {
                return new TransactionControl.SetTransaction(TransactionOptions.NONE, Optional.of(value(c).orElse("")));
            }
            return new TransactionControl.SetTransaction(TransactionStatements.options(c), Optional.empty());
        }
        if (c.is("role") && !isValue(c, c.i + 1)) {
            c.i++;
            boolean none = c.is("none");
            Optional<String> role = none ? Optional.empty() : value(c);
            return Belongings.role(role)
                    .<Classification>map(r -> r)
                    .orElseGet(() -> new SessionStatement.SetRole(role, local));
        }
        if (c.is("authorization") && !isValue(c, c.i + 1)) {
            c.i++;
            boolean none = c.is("default");
            Optional<String> role = none ? Optional.empty() : value(c);
            return Belongings.role(role)
                    .<Classification>map(r -> r)
                    .orElseGet(() -> new SessionStatement.SetSessionAuthorization(role, local));
        }
        return setting(c, local);
    }

    private static Classification setting(TokenCursor c, boolean local) {
        String name;
        if (c.accept("time", "zone")) {
            name = "timezone";
        } else if (c.is("names")) {
            name = "client_encoding";
            c.i++;
        } else if (c.is("schema") && c.i + 1 < c.to && c.t.kind(c.i + 1) == TokenKind.STRING) {
            name = "search_path";
            c.i++;
        } else if (c.accept("xml", "option")) {
            name = "xmloption";
        } else {
            name = settingName(c);
            if (!c.accept("to")) {
                c.i++;
            }
        }
        Optional<Refused> ours = Belongings.setting(name);
        if (ours.isPresent()) {
            return ours.get();
        }
        boolean standard = c.is("default") || name.equals("timezone") && c.is("local");
        return new SessionStatement.Set(name, standard ? Optional.empty() : value(c), local);
    }

    private static boolean isValue(TokenCursor c, int i) {
        return i < c.to && (c.t.is(i, "to") || c.t.isSign(i, "="));
    }

    private static String settingName(TokenCursor c) {
        StringBuilder name = new StringBuilder(c.name());
        while (c.isSign('.')) {
            c.i++;
            name.append('.').append(c.name());
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    /** What is left, literals decoded. */
    private static Optional<String> value(TokenCursor c) {
        StringBuilder value = new StringBuilder();
        for (; !c.atEnd(); c.i++) {
            Tokens t = c.t;
            switch (t.kind(c.i)) {
                case STRING -> value.append(StringLiterals.value(t.raw(c.i)));
                case WORD, QUOTED, UNICODE_QUOTED -> value.append(t.name(c.i));
                case PUNCTUATION -> value.append(t.isSign(c.i, ',') ? ", " : t.raw(c.i));
                default -> value.append(t.raw(c.i));
            }
        }
        return Optional.of(value.toString());
    }

    private static Classification reset(TokenCursor c) {
        if (c.accept("session", "authorization")) {
            return new SessionStatement.SetSessionAuthorization(Optional.empty(), false);
        }
        if (c.is("role")) {
            return new SessionStatement.SetRole(Optional.empty(), false);
        }
        return new SessionStatement.Reset(oddName(c));
    }

    private static Classification show(TokenCursor c) {
        String name = oddName(c);
        if (name.startsWith(OWN + ".")) {
            return new Classification.Understudy(name.substring(OWN.length() + 1));
        }
        return new SessionStatement.Show(name);
    }

    /** The name of a setting, or one of the spellings in several words. */
    private static String oddName(TokenCursor c) {
        if (c.is("time", "zone")) {
            return "timezone";
        }
        if (c.is("transaction", "isolation")) {
            return "transaction_isolation";
        }
        if (c.is("session", "authorization")) {
            return "session_authorization";
        }
        return settingName(c);
    }

    // ---- prepared statements

    private static Classification prepare(TokenCursor c, Nested nested) {
        if (c.is("transaction")) {
            return TransactionStatements.refusedPrepared(true);
        }
        String name = c.name();
        c.skipParentheses();
        c.accept("as");
        Classification statement = nested.statement(c.t, c.i, c.to);
        return statement instanceof Refused ? statement : new SessionStatement.Prepare(name, statement);
    }

    static Classification execute(TokenCursor c, Nested nested) {
        String name = c.name();
        if (!c.isSign('(')) {
            return new SessionStatement.Execute(name, new Read(Scope.DATA, List.of(), Set.of(), "no arguments"));
        }
        Facts facts = new Facts();
        facts.scan(c.t, c.i, c.to);
        facts.cut(c.t, c.i + 1, c.to);
        Classification arguments = nested.judge(facts);
        return arguments instanceof Refused ? arguments : new SessionStatement.Execute(name, arguments);
    }

    // ---- cursors

    private static Classification declare(TokenCursor c, Nested nested) {
        String name = c.name();
        c.seek("cursor");
        c.accept("cursor");
        boolean hold = c.accept("with", "hold");
        c.accept("without", "hold");
        c.accept("for");
        Classification query = nested.statement(c.t, c.i, c.to);
        if (hold && query instanceof Write w && w.cause() != Cause.UNKNOWN_TABLE) {
            return new Refused(
                    "0A000",
                    "a cursor WITH HOLD over a query that may write is not supported",
                    "Its query would run at COMMIT. Store its rows in a table, or declare it WITHOUT HOLD.");
        }
        return query instanceof Refused ? query : new SessionStatement.DeclareCursor(name, hold, query);
    }

    /** FETCH and MOVE end in the cursor's name. */
    private static String lastName(TokenCursor c) {
        return c.i < c.to && c.t.isName(c.to - 1) ? c.t.name(c.to - 1) : "";
    }
}
