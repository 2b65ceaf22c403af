package io.understudy.classification;

import io.understudy.classification.StatementForm.TimestampPlace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.SqlNode;

/** What the text of a query or DML statement says, before any catalog is asked. Filled by one thread, then not changed any more. */
final class Facts {
    /** A possibly qualified name; {@code schema} is empty if it is not. */
    record Name(String schema, String name) {}

    /** What the statement does at its top: SELECT (also VALUES, TABLE), INSERT, UPDATE, DELETE or MERGE. */
    String verb = "select";

    final Set<Name> read = new LinkedHashSet<>();
    final Set<Name> written = new LinkedHashSet<>();
    /** Everything called by name, as far as Calcite's tree or a part that was cut out shows it. */
    final Set<Name> functions = new LinkedHashSet<>();
    /** Words that stand before a parenthesis or behind a dot anywhere: whatever the tree says, a volatile function among them is taken as called. */
    final Set<String> mentioned = new HashSet<>();

    /** Every word, whatever it is. */
    final Set<String> words = new HashSet<>();

    final Set<String> operators = new HashSet<>();
    boolean locks;
    boolean modifyingWith;
    /** Whether anything is cast, and names that may be the type it is cast to, besides those {@link #mentioned}. */
    boolean casts;

    final Set<String> castTargets = new HashSet<>();
    /** Mentions ctid, xmin and the like, which differ from server to server. */
    boolean systemColumns;

    /** Has something like {@code understudy.name} in it. */
    boolean namesOurs;

    Optional<Name> into = Optional.empty();
    boolean intoTemporary;
    /** Why the text was not understood; everything else here is then only what the tokens show. */
    Optional<String> failure = Optional.empty();
    /** Calcite's tree of a one-table DML statement of which nothing was dropped or replaced: only of such one the statement form is decided. */
    Optional<SqlNode> exact = Optional.empty();

    /** Where now() and its kin stand, by token of the statement; {@code zoned} is not decided yet. */
    final List<TimestampPlace> timestamps = new ArrayList<>();

    /** Where RETURNING begins, by token of the statement; -1 without one. Known only where {@link #exact} is. */
    int returning = -1;

    /** Collects what the tokens alone show, a superset of what the tree will. */
    void scan(Tokens t, int from, int to) {
        for (int i = from; i < to; i++) {
            switch (t.kind(i)) {
                case WORD, QUOTED, UNICODE_QUOTED -> {
                    if (t.kind(i) == TokenKind.UNICODE_QUOTED && t.is(i + 1, "uescape")) {
                        failure = Optional.of("name with its own escape character");
                    }
                    String word = t.name(i);
                    words.add(word);
                    if (i + 1 < to && t.isSign(i + 1, '(') && !t.is(i - 1, "tablesample")
                            || i > from && t.isSign(i - 1, '.')) {
                        mentioned.add(word);
                    }
                }
                case OPERATOR -> operators.add(t.raw(i));
                case PUNCTUATION -> {
                    if (t.isSign(i, "::")) {
                        casts = true;
                        castTarget(t, i + 1, to);
                    }
                }
                default -> {}
            }
            namesOurs |= Belongings.mentions(t, i, to);
            if (t.is(i, "current_timestamp") || t.is(i, "localtimestamp")) {
                timestamps.add(new TimestampPlace(i - from, 1, false));
            } else if (isNow(t, i)) {
                timestamps.add(new TimestampPlace(i - from, 3, false));
            } else if (t.is(i, "cast")) {
                casts = true;
            } else if (t.is(i, "as")) {
                castTarget(t, i + 1, to);
            } else if (t.is(i, "for") && (t.is(i + 1, "update") || t.is(i + 1, "share") || isKeyLock(t, i + 1))) {
                locks = true;
            }
        }
    }

    private void castTarget(Tokens t, int i, int to) {
        if (i < to && t.isName(i)) {
            castTargets.add(t.name(i));
        }
    }

    private static boolean isNow(Tokens t, int i) {
        return t.isName(i)
                && t.isSign(i + 1, '(')
                && t.isSign(i + 2, ')')
                && (t.name(i).equals("now") || t.name(i).equals("transaction_timestamp"));
    }

    private static boolean isKeyLock(Tokens t, int i) {
        return t.is(i, "key") && t.is(i + 1, "share") || t.is(i, "no") && t.is(i + 1, "key");
    }

    /** Adds every function that a part which Calcite never sees may call. */
    void cut(Tokens t, int from, int to) {
        for (int i = from; i + 1 < to; i++) {
            if (t.isName(i) && t.isSign(i + 1, '(') && !Words.NEVER_FUNCTIONS.contains(t.name(i))) {
                functions.add(new Name("", t.name(i)));
            }
        }
    }
}
