package io.understudy.classification;

/** Insights into statements as the tests' catalog sees them, for tests of other packages. */
public final class Inspected {
    private static final Classifier CLASSIFIER = new Classifier(TestCatalog.postgres()::build);

    private Inspected() {}

    public static Insight of(String sql) {
        return CLASSIFIER.inspect(Classifier.split(sql).getFirst(), TestCatalog.PUBLIC);
    }
}
