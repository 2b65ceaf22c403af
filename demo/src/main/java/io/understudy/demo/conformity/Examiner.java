package io.understudy.demo.conformity;

import io.understudy.catalog.CatalogReader;
import io.understudy.catalog.DatabaseCatalog;
import io.understudy.classification.Classification;
import io.understudy.classification.Classification.Read;
import io.understudy.classification.ClassificationStatistics;
import io.understudy.classification.Classifier;
import io.understudy.classification.Insight;
import io.understudy.classification.SqlStatement;
import io.understudy.demo.conformity.Tally.Finding;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Classifies statements just before they run, asks the server about them, and tallies what is different. Used by one thread. */
final class Examiner implements AutoCloseable {
    private static final Set<String> EXAMINED =
            Set.of("select", "with", "values", "table", "insert", "update", "delete", "merge", "(");

    private final Connection own;
    private final CatalogReader reader = new CatalogReader();
    private ServerNames names = new ServerNames(DatabaseCatalog.EMPTY, Set.of());
    private final Classifier classifier = new Classifier(() -> names.catalog());
    private final Tally tally;
    private boolean stale = true;
    private List<String> searchPath = List.of("public");

    /** @param own a connection of its own to the database where statements run */
    Examiner(Connection own, Tally tally) {
        this.own = own;
        this.tally = tally;
    }

    /** Something ran that may have changed the schema or the settings. */
    void changed() {
        stale = true;
    }

    /** @param connection the one on which the statement is about to run */
    void examine(String file, SqlStatement statement, Connection connection) throws SQLException {
        examine(file, statement, statement.text(), connection);
    }

    /** One with parameters: the server only analyses it. */
    void examinePrepared(String file, SqlStatement statement, Connection connection) throws SQLException {
        examine(file, statement, "PREPARE understudy_trial AS " + statement.text(), connection);
        try (Statement s = connection.createStatement()) {
            s.execute("DEALLOCATE ALL");
        }
    }

    private void examine(String file, SqlStatement statement, String tried, Connection connection) throws SQLException {
        refresh(connection);
        Trial.Outcome trial = new Trial(connection).of(tried, names.ids());
        long misses = statistics();
        long begun = System.nanoTime();
        Classification c = classifier.classify(statement, searchPath);
        long first = System.nanoTime();
        classifier.classify(Classifier.split(statement.text()).getFirst(), searchPath);
        long second = System.nanoTime();
        if (trial.analysis().isEmpty()) {
            return;
        }
        if (statistics() > misses) {
            tally.missed(first - begun);
        }
        tally.hit(second - first);
        judge(file, statement, c, trial, trial.analysis().get());
    }

    private long statistics() {
        ClassificationStatistics s = classifier.statistics();
        return s.parsed()
                + s.fallbacks().values().stream().mapToLong(Long::longValue).sum();
    }

    private void judge(String file, SqlStatement s, Classification c, Trial.Outcome trial, ServerAnalysis analysis) {
        Insight insight = classifier.inspect(s, searchPath);
        tally.accepted(insight.fellBack().isEmpty());
        List<String> differences = Comparison.differences(insight, analysis, names, trial.strangers());
        if (!differences.isEmpty()) {
            tally.unequal(new Finding(file, s.text(), differences));
        }
        if (ReadOnlyJudge.isReadOnly(trial, analysis, names)) {
            tally.readOnly();
            if (!(c instanceof Read)) {
                tally.unrecognised(new Finding(file, s.text(), List.of(why(c))));
            }
        }
        ReadOnlyJudge.writes(trial, analysis, names).ifPresent(why -> {
            tally.write();
            if (c instanceof Read) {
                tally.misrouted(new Finding(file, s.text(), List.of(why)));
            }
        });
    }

    private static String why(Classification c) {
        return c instanceof Classification.Write w ? w.cause() + ", " + w.why() : c.kind();
    }

    static boolean isExamined(SqlStatement s) {
        String shape = s.shape();
        int blank = shape.indexOf(' ');
        return EXAMINED.contains(blank < 0 ? shape : shape.substring(0, blank));
    }

    private void refresh(Connection connection) throws SQLException {
        if (!stale) {
            return;
        }
        names = new ServerNames(reader.read(own), types());
        List<String> path = new ArrayList<>();
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery("SELECT pg_catalog.unnest(pg_catalog.current_schemas(false))")) {
            while (r.next()) {
                path.add(r.getString(1));
            }
            searchPath = List.copyOf(path);
            stale = false;
        } catch (SQLException e) {
            // In a transaction that has failed nothing can be asked, and nothing is examined either.
            stale = true;
        }
    }

    private Set<String> types() throws SQLException {
        Set<String> types = new HashSet<>();
        try (Statement s = own.createStatement();
                ResultSet r = s.executeQuery("SELECT typname FROM pg_catalog.pg_type")) {
            while (r.next()) {
                types.add(r.getString(1));
            }
        }
        return types;
    }

    @Override
    public void close() throws SQLException {
        own.close();
    }
}
