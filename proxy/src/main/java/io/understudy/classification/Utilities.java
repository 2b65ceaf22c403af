package io.understudy.classification;

import io.understudy.classification.Classification.Cause;
import io.understudy.classification.Classification.Copy;
import io.understudy.classification.Classification.Ddl;
import io.understudy.classification.Classification.Maintenance;
import io.understudy.classification.Classification.Read;
import io.understudy.classification.Classification.Refused;
import io.understudy.classification.Classification.Scope;
import io.understudy.classification.Classification.Write;
import io.understudy.classification.StatementForm.Ineligible;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides everything that is neither a query nor DML, by its leading words. */
final class Utilities {
    private Utilities() {}

    static Classification classify(Tokens t, int from, int to, Nested nested) {
        TokenCursor c = new TokenCursor(t, from, to);
        String verb = c.word();
        c.i++;
        return switch (verb) {
            case "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release" ->
                TransactionStatements.classify(verb, c);
            case "set",
                    "reset",
                    "show",
                    "discard",
                    "listen",
                    "unlisten",
                    "notify",
                    "prepare",
                    "execute",
                    "deallocate",
                    "declare",
                    "fetch",
                    "move",
                    "close",
                    "load" -> SessionStatements.classify(verb, c, nested);
            case "create", "alter", "drop", "grant", "revoke", "comment", "security", "reassign", "import", "refresh" ->
                DdlStatements.classify(verb, c, nested);
            case "copy" -> copy(c, nested);
            case "explain" -> explain(c, nested);
            case "lock" -> lock(c, nested);
            case "truncate" -> truncate(c, nested);
            case "vacuum" -> new Maintenance("VACUUM", false);
            case "analyze", "analyse" -> new Maintenance("ANALYZE", true);
            case "checkpoint" -> new Maintenance("CHECKPOINT", true);
            case "cluster" -> new Maintenance("CLUSTER", c.isSign('(') || !c.atEnd());
            case "reindex" -> reindex(c);
            case "do" -> Code.block(c, nested);
            case "call" -> Code.call(c, nested);
            default -> opaque(Cause.UNPARSED, "unknown statement");
        };
    }

    static Write opaque(Cause cause, String why) {
        return new Write(
                cause,
                why,
                List.of(),
                List.of(),
                Set.of(),
                true,
                Set.of(PinReason.OPAQUE_CODE, PinReason.SEQUENCE_VALUE),
                new Ineligible("what it does is not known: " + why));
    }

    private static Classification copy(TokenCursor c, Nested nested) {
        c.accept("binary");
        if (c.isSign('(')) {
            int from = c.i + 1;
            c.skipParentheses();
            Classification query = nested.statement(c.t, from, c.i - 1);
            return query instanceof Refused ? query : new Copy(false, isClient(c), Optional.empty(), query);
        }
        Facts facts = new Facts();
        Facts.Name name = c.qualifiedName();
        c.skipParentheses();
        boolean writes = c.is("from");
        if (writes) {
            facts.verb = "insert";
            facts.written.add(name);
            facts.scan(c.t, c.i, c.to);
        } else {
            facts.read.add(name);
        }
        Classification content = nested.judge(facts);
        if (content instanceof Refused) {
            return content;
        }
        List<TableReference> tables = switch (content) {
            case Write w -> writes ? w.written() : w.read();
            case Read r -> r.tables();
            default -> List.of();
        };
        Optional<TableReference> table = tables.stream().findFirst();
        return new Copy(writes, isClient(c), table, content);
    }

    private static boolean isClient(TokenCursor c) {
        c.i++;
        return c.is("stdin") || c.is("stdout");
    }

    private static Classification explain(TokenCursor c, Nested nested) {
        boolean analyze = false;
        if (c.isSign('(') && !isQuery(c, c.i + 1)) {
            TokenCursor options = new TokenCursor(c.t, c.i, c.to);
            c.skipParentheses();
            if (new TokenCursor(c.t, options.i, c.to).seekInside("route", c.i)) {
                return route(options, c);
            }
            analyze = (options.seekInside("analyze", c.i) || options.seekInside("analyse", c.i)) && isOn(options, c.i);
        } else {
            analyze = c.accept("analyze") || c.accept("analyse");
            c.accept("verbose");
        }
        if (c.accept("execute")) {
            return SessionStatements.execute(c, nested);
        }
        return explained(nested.statement(c.t, c.i, c.to), analyze);
    }

    /** @param options at their parenthesis; {@code c} is behind them */
    private static Classification route(TokenCursor options, TokenCursor c) {
        boolean json = false;
        options.i++;
        while (options.i < c.i - 1) {
            if (options.accept("format")) {
                json = options.is("json");
                if (!json && !options.is("text")) {
                    return new Refused("22023", "EXPLAIN (ROUTE) knows the formats TEXT and JSON", "");
                }
            } else if (!options.is("route") && !options.isSign(',')) {
                return new Refused(
                        "42601",
                        "EXPLAIN (ROUTE) has no option " + c.t.raw(options.i),
                        "It never runs the statement; FORMAT JSON is all that goes with it.");
            }
            options.i++;
        }
        if (c.atEnd()) {
            return new Refused("42601", "EXPLAIN (ROUTE) without a statement", "Put the statement behind it.");
        }
        return new Classification.ExplainRoute(new SqlStatement(c.t, c.i, c.to), json);
    }

    /** Whether the option behind the cursor is not switched off. */
    private static boolean isOn(TokenCursor option, int end) {
        int i = option.i + 1;
        if (i >= end) {
            return true;
        }
        String value = option.t.kind(i) == TokenKind.STRING ? StringLiterals.value(option.t.raw(i)) : option.t.raw(i);
        return !(value.equalsIgnoreCase("off") || value.equalsIgnoreCase("false") || value.equals("0"));
    }

    private static Classification explained(Classification statement, boolean run) {
        return switch (statement) {
            case Write w -> explainedWrite(w, run);
            case Ddl d
            when run ->
                new Refused(
                        "0A000",
                        "EXPLAIN ANALYZE of " + d.tag() + " cannot be replicated",
                        "Leave ANALYZE out, or explain the query alone.");
            case Ddl d -> new Read(Scope.SERVER, List.of(), Set.of(), "only explained");
            case SessionStatement.DeclareCursor d -> explained(d.query(), run);
            default -> statement;
        };
    }

    private static Classification explainedWrite(Write w, boolean run) {
        if (w.cause() == Cause.UNKNOWN_TABLE || w.cause() == Cause.UNPARSED) {
            return w;
        }
        if (!run) {
            return new Read(Scope.SERVER, w.read(), w.functions(), "only explained");
        }
        Ineligible form = new Ineligible("it is run by EXPLAIN");
        return new Write(w.cause(), w.why(), w.written(), w.read(), w.functions(), w.movesSequences(), w.pins(), form);
    }

    private static boolean isQuery(TokenCursor c, int i) {
        return i < c.to && (c.t.isSign(i, '(') || c.t.kind(i) == TokenKind.WORD && Words.QUERY.contains(c.t.word(i)));
    }

    private static Classification lock(TokenCursor c, Nested nested) {
        Facts facts = new Facts();
        facts.locks = true;
        c.accept("table");
        tables(c, facts.read);
        Classification judged = nested.judge(facts);
        if (!(judged instanceof Write w)) {
            return judged;
        }
        return new Write(
                Cause.LOCK_TABLE,
                "LOCK TABLE",
                List.of(),
                w.read(),
                Set.of(),
                false,
                Set.of(),
                new Ineligible("it is a lock"));
    }

    private static Classification truncate(TokenCursor c, Nested nested) {
        Facts facts = new Facts();
        facts.verb = "delete";
        c.accept("table");
        tables(c, facts.written);
        boolean restart = c.ahead("restart");
        Classification judged = nested.judge(facts);
        if (!(judged instanceof Write w)) {
            return judged;
        }
        return new Write(
                Cause.TRUNCATE,
                "truncate",
                w.written(),
                List.of(),
                Set.of(),
                restart,
                Set.of(),
                new Ineligible("it is TRUNCATE"));
    }

    private static void tables(TokenCursor c, Set<Facts.Name> names) {
        boolean more = true;
        while (more) {
            c.accept("only");
            boolean parenthesis = c.isSign('(');
            c.i += parenthesis ? 1 : 0;
            names.add(c.qualifiedName());
            c.i += parenthesis ? 1 : 0;
            if (c.i < c.to && c.t.isSign(c.i, "*")) {
                c.i++;
            }
            more = c.isSign(',');
            c.i += more ? 1 : 0;
        }
    }

    private static Maintenance reindex(TokenCursor c) {
        c.skipParentheses();
        boolean whole = c.is("database") || c.is("system") || c.is("schema");
        return new Maintenance("REINDEX", !whole && !c.ahead("concurrently"));
    }
}
