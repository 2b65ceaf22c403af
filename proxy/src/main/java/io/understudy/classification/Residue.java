package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.DatabaseCatalog.Function;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a call of users' functions or procedures, or a DO block, may leave in the session, found in their source and in that of the functions they name. A body is looked at token by token, by the rules that SQL and PL/pgSQL share: any
 * word that could stand for something kept counts, whatever it is there; text that is run as SQL, and languages other than these two, are opaque. Pure.
 */
final class Residue {
    /** Words that never stand in a body that keeps nothing; some may, without doing harm, as a column's name, and then cost a pin. */
    private static final Set<String> KEEPING = Set.of(
            "temp", "temporary", "pg_temp", "listen", "prepare", "deallocate", "discard", "reset", "load", "hold");

    /** Before a SET that is a statement, and not a part of UPDATE. */
    private static final Set<String> BEFORE_STATEMENT = Set.of("begin", "then", "else", "loop", "atomic");

    /** After a SET that ends with its transaction. */
    private static final Set<String> FOR_THE_TRANSACTION = Set.of("local", "constraints", "transaction");

    /** Extensions in C whose functions keep nothing. Reviewed by hand. */
    private static final Set<String> EXTENSIONS = Set.of("pgcrypto", "uuid-ossp");

    private static final Set<PinReason> OPAQUE = EnumSet.of(PinReason.OPAQUE_CODE);

    private final DatabaseCatalog catalog;
    private final Set<Integer> seen = new HashSet<>();
    private final Deque<Function> left = new ArrayDeque<>();
    private final Set<PinReason> pins = EnumSet.noneOf(PinReason.class);

    private Residue(DatabaseCatalog catalog) {
        this.catalog = catalog;
    }

    /** @param functions all that a name may stand for */
    static Set<PinReason> of(List<Function> functions, DatabaseCatalog catalog) {
        Residue residue = new Residue(catalog);
        residue.named(functions);
        return residue.left(true);
    }

    /** @param source of a DO block in PL/pgSQL */
    static Set<PinReason> of(String source, DatabaseCatalog catalog) {
        Residue residue = new Residue(catalog);
        return residue.left(residue.body(Lexer.lex(source, true)));
    }

    private Set<PinReason> left(boolean known) {
        if (!known
                || !catalog.volatileOperators().isEmpty()
                || !catalog.volatileCasts().isEmpty()) {
            // A body may run such operators and casts without naming a function.
            return OPAQUE;
        }
        while (!left.isEmpty()) {
            if (!body(left.pop())) {
                return OPAQUE;
            }
        }
        return pins;
    }

    private void named(List<Function> functions) {
        for (Function f : functions) {
            if (!f.builtIn() && seen.add(f.oid())) {
                left.push(f);
            }
        }
    }

    private boolean body(Function f) {
        if (EXTENSIONS.contains(f.extension())) {
            return true;
        }
        return f.source().isPresent() && body(Lexer.lex(f.source().get(), true));
    }

    private boolean body(Tokens t) {
        for (int i = 0; i < t.size(); i++) {
            if (!t.isName(i)) {
                continue;
            }
            String name = t.name(i);
            if (name.equals("execute")
                    || FunctionRules.runsText(name)
                    || KEEPING.contains(name)
                    || name.equals("set") && isSetStatement(t, i)) {
                return false;
            }
            pins.addAll(FunctionRules.pins(name));
            named(catalog.functions(name));
        }
        return !pins.contains(PinReason.OPAQUE_CODE);
    }

    private static boolean isSetStatement(Tokens t, int at) {
        boolean first = at == 0
                || t.isSign(at - 1, ';')
                || t.isSign(at - 1, ">>")
                || t.isKind(at - 1, TokenKind.WORD) && BEFORE_STATEMENT.contains(t.word(at - 1));
        return first && !(t.isKind(at + 1, TokenKind.WORD) && FOR_THE_TRANSACTION.contains(t.word(at + 1)));
    }
}
