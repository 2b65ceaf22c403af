package io.understudy.classification;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.understudy.catalog.DatabaseCatalog;
import io.understudy.classification.Classification.Cause;
import io.understudy.classification.Classification.Empty;
import io.understudy.classification.Classification.Read;
import io.understudy.classification.Classification.Write;
import io.understudy.classification.StatementForm.Ineligible;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Classifies statements.
 *
 * <h2>Threads</h2>
 *
 * Safe for all threads. Classifying never waits for anything but the processor.
 *
 * <h2>Bounds</h2>
 *
 * A statement whose shape was seen before, under the same catalog and search path, costs its lexing and a look-up; any other is parsed, which is linear
 * in its length, and bounded in length and depth for Calcite: beyond that it is taken as a write. The caches hold a bounded number of characters of
 * shapes, and at most {@value #ENTRIES_MAX} of them.
 *
 * <h2>Failure</h2>
 *
 * There is none: what is not understood is a write that may have done anything.
 */
public final class Classifier {
    private static final Logger log = LoggerFactory.getLogger(Classifier.class);
    private static final int ENTRY_WEIGHT = 512;
    private static final int ENTRIES_MAX = 20_000;
    private static final int SHAPE_LENGTH_MAX = 64 * 1024;

    private record Key(String shape, long catalog, List<String> searchPath) {}

    private final Supplier<DatabaseCatalog> catalog;
    private final BooleanSupplier fresh;
    private final Cache<String, Facts> facts = Caffeine.newBuilder()
            .maximumWeight((long) ENTRIES_MAX * ENTRY_WEIGHT)
            .<String, Facts>weigher((shape, f) -> ENTRY_WEIGHT + shape.length())
            .build();
    private final Cache<Key, Classification> results = Caffeine.newBuilder()
            .maximumWeight((long) ENTRIES_MAX * ENTRY_WEIGHT)
            .<Key, Classification>weigher((key, c) -> ENTRY_WEIGHT + key.shape().length())
            .build();
    private final Cache<String, Boolean> learned =
            Caffeine.newBuilder().maximumSize(ENTRIES_MAX).build();
    private final Counters counters = new Counters();

    /** @param catalog gives the newest snapshot; asked at every statement, so it must answer at once */
    public Classifier(Supplier<DatabaseCatalog> catalog) {
        this(catalog, () -> true);
    }

    /**
     * @param catalog as above
     * @param fresh whether the newest snapshot is what the database is like; false from before a change can be seen until it is in a snapshot. What reads
     *     may be writes meanwhile.
     */
    public Classifier(Supplier<DatabaseCatalog> catalog, BooleanSupplier fresh) {
        this.catalog = catalog;
        this.fresh = fresh;
    }

    /** The statements of a query string under standard_conforming_strings = on. Blanks and comments alone are no statement. Never fails. */
    public static List<SqlStatement> split(String sql) {
        return split(sql, true);
    }

    /** @param standardConformingStrings the session's setting of that name */
    public static List<SqlStatement> split(String sql, boolean standardConformingStrings) {
        return Splitter.split(Lexer.lex(sql, standardConformingStrings));
    }

    /** Classifies the first statement of {@code sql}. */
    public Classification classify(String sql, List<String> searchPath) {
        List<SqlStatement> statements = split(sql);
        return statements.isEmpty() ? new Empty() : classify(statements.getFirst(), searchPath);
    }

    /**
     * Classifies a statement.
     *
     * @param searchPath schemas in effect, "$user" resolved; an unmodifiable list that is passed again and again is cheapest
     */
    public Classification classify(SqlStatement statement, List<String> searchPath) {
        // Asked before the snapshot is taken: what changes later is concurrent.
        boolean current = fresh.getAsBoolean();
        DatabaseCatalog now = catalog.get();
        Key key = new Key(statement.shape(), now.version(), searchPath);
        Classification known = results.getIfPresent(key);
        if (known != null) {
            counters.hits.increment();
            return counters.counted(current ? known : Doubts.of(known, now));
        }
        counters.misses.increment();
        Classification c = decided(statement, now, searchPath);
        if (isByShape(statement, c) && key.shape().length() <= SHAPE_LENGTH_MAX) {
            results.put(new Key(key.shape(), key.catalog(), List.copyOf(searchPath)), c);
        }
        return counters.counted(current ? c : Doubts.of(c, now));
    }

    /** What is known of a statement, for people. Counts and remembers nothing. */
    public Insight inspect(SqlStatement statement, List<String> searchPath) {
        DatabaseCatalog now = catalog.get();
        Classification known = results.getIfPresent(new Key(statement.shape(), now.version(), searchPath));
        Classification c = known != null ? known : decided(statement, now, searchPath);
        if (!isQuery(statement.tokens(), statement.from())) {
            return Insights.ofUtility(c, known != null, statement.shape());
        }
        Facts found = Analyzer.analyze(statement.tokens(), statement.from(), statement.to());
        return Insights.ofQuery(c, known != null, found, statement.shape(), now, searchPath);
    }

    /** Of the catalog in use. A kept classification holds as long as this and the search path stay the same; ask before classifying. */
    public long catalogVersion() {
        return catalog.get().version();
    }

    /**
     * Whether statements that were classified as reads still are.
     *
     * @param catalogVersion by which they were classified; if it still holds, this costs next to nothing
     */
    public boolean stillRead(List<SqlStatement> statements, List<String> searchPath, long catalogVersion) {
        if (fresh.getAsBoolean() && catalogVersion() == catalogVersion) {
            return true;
        }
        return statements.stream()
                .map(s -> classify(s, searchPath))
                .noneMatch(c -> c instanceof Write || c instanceof Read r && r.scope() != Classification.Scope.DATA);
    }

    /** Whether a kept classification is to be asked for again although the version has not changed. */
    public boolean doubtful() {
        return !fresh.getAsBoolean();
    }

    /** A replica refused this statement as a write (SQLSTATE 25006) although it was classified as a read: its shape is a write from now on. */
    public void misrouted(SqlStatement statement) {
        String shape = statement.shape();
        counters.misrouted.increment();
        learned.put(shape, true);
        results.asMap().keySet().removeIf(key -> key.shape().equals(shape));
    }

    public ClassificationStatistics statistics() {
        return counters.snapshot();
    }

    /** Queries and DML depend on nothing that the shape leaves out; others do if they have literals. */
    private static boolean isByShape(SqlStatement statement, Classification c) {
        return isQuery(statement.tokens(), statement.from())
                || c instanceof TransactionControl && statement.literals().isEmpty();
    }

    private static boolean isQuery(Tokens t, int i) {
        if (t.isSign(i, '(')) {
            return true;
        }
        if (t.kind(i) != TokenKind.WORD) {
            return false;
        }
        String w = t.word(i);
        return Words.QUERY.contains(w) || Words.DML.contains(w);
    }

    /** A mistake in here must not end a session: then the statement counts as not understood. */
    private Classification decided(SqlStatement s, DatabaseCatalog now, List<String> searchPath) {
        try {
            return decide(s.tokens(), s.from(), s.to(), now, searchPath);
        } catch (RuntimeException e) {
            log.error("cannot classify {}", s.shape(), e);
            counters.fellBack("internal error");
            return Utilities.opaque(Cause.UNPARSED, "internal error");
        }
    }

    private Classification decide(Tokens t, int from, int to, DatabaseCatalog now, List<String> searchPath) {
        if (from >= to) {
            return new Empty();
        }
        if (isQuery(t, from)) {
            return Classification.AskOutcome.is(t, from, to)
                    ? new Classification.AskOutcome()
                    : query(t, from, to, now, searchPath);
        }
        return Utilities.classify(t, from, to, new Nested() {
            @Override
            public Classification statement(Tokens inner, int first, int end) {
                return decideNested(inner, first, end, now, searchPath);
            }

            @Override
            public Classification judge(Facts found) {
                return Judge.judge(found, now, searchPath);
            }

            @Override
            public Set<PinReason> leftBy(String source) {
                return Residue.of(source, now);
            }
        });
    }

    /** Statements in statements hold queries and DML only (and CREATE TABLE AS and the like in EXPLAIN): nesting ends here. */
    private Classification decideNested(Tokens t, int from, int to, DatabaseCatalog now, List<String> searchPath) {
        if (from >= to) {
            return Utilities.opaque(Cause.UNPARSED, "unknown statement");
        }
        if (isQuery(t, from)) {
            return query(t, from, to, now, searchPath);
        }
        if (t.is(from, "create") || t.is(from, "refresh") || t.is(from, "declare") || t.is(from, "execute")) {
            return Utilities.classify(t, from, to, new Nested() {
                @Override
                public Classification statement(Tokens inner, int first, int end) {
                    return isQuery(inner, first)
                            ? query(inner, first, end, now, searchPath)
                            : Utilities.opaque(Cause.UNPARSED, "nested statement");
                }

                @Override
                public Classification judge(Facts found) {
                    return Judge.judge(found, now, searchPath);
                }

                @Override
                public Set<PinReason> leftBy(String source) {
                    return Residue.of(source, now);
                }
            });
        }
        return Utilities.opaque(Cause.UNPARSED, "nested statement");
    }

    private Classification query(Tokens t, int from, int to, DatabaseCatalog now, List<String> searchPath) {
        String shape = Shape.of(t, from, to);
        Facts found = facts.getIfPresent(shape);
        if (found == null) {
            found = Analyzer.analyze(t, from, to);
            found.failure.ifPresentOrElse(counters::fellBack, counters.parsed::increment);
            if (shape.length() <= SHAPE_LENGTH_MAX) {
                facts.put(shape, found);
            }
        }
        Classification c = Judge.judge(found, now, searchPath);
        boolean isLearned = c instanceof Read && learned.getIfPresent(shape) != null;
        return isLearned ? learnedWrite((Read) c) : c;
    }

    private static Write learnedWrite(Read read) {
        return new Write(
                Cause.LEARNED,
                "a replica refused it",
                List.of(),
                read.tables(),
                read.functions(),
                true,
                Set.of(PinReason.OPAQUE_CODE, PinReason.SEQUENCE_VALUE),
                new Ineligible("it is a query"));
    }
}
