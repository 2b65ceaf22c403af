package io.understudy.demo.conformity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts over all statements. Used by one thread. */
final class Tally {
    /** The share of accepted statements that must be parsed and understood as PostgreSQL does, in percent. */
    static final double EQUAL_MIN = 97;

    /** The share of read-only statements that must be recognised as reads, in percent. */
    static final double RECOGNISED_MIN = 98;

    /** A statement and what is wrong with it. */
    record Finding(String file, String sql, List<String> what) {
        private static final int SHOWN_MAX = 400;

        @Override
        public String toString() {
            String text = sql.strip().replaceAll("\\s+", " ");
            return file + ": " + String.join("; ", what) + "\n    "
                    + (text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + " …" : text);
        }
    }

    private final List<Finding> unequal = new ArrayList<>();
    private final List<Finding> unrecognised = new ArrayList<>();
    private final List<Finding> misrouted = new ArrayList<>();
    private final List<Finding> splitOtherwise = new ArrayList<>();
    private final List<Long> misses = new ArrayList<>();
    private final List<Long> hits = new ArrayList<>();
    private int statements;
    private int accepted;
    private int fellBack;
    private int readOnly;
    private int writes;

    void executed() {
        statements++;
    }

    void accepted(boolean understood) {
        accepted++;
        fellBack += understood ? 0 : 1;
    }

    void unequal(Finding f) {
        unequal.add(f);
    }

    void readOnly() {
        readOnly++;
    }

    void unrecognised(Finding f) {
        unrecognised.add(f);
    }

    void write() {
        writes++;
    }

    void misrouted(Finding f) {
        misrouted.add(f);
    }

    void splitOtherwise(Finding f) {
        splitOtherwise.add(f);
    }

    /** @param nanos of classifying a statement of an unknown shape */
    void missed(long nanos) {
        misses.add(nanos);
    }

    void hit(long nanos) {
        hits.add(nanos);
    }

    List<Finding> unequal() {
        return List.copyOf(unequal);
    }

    List<Finding> unrecognised() {
        return List.copyOf(unrecognised);
    }

    List<Finding> misrouted() {
        return List.copyOf(misrouted);
    }

    List<Finding> splitOtherwise() {
        return List.copyOf(splitOtherwise);
    }

    int accepted() {
        return accepted;
    }

    int readOnlyStatements() {
        return readOnly;
    }

    int writingStatements() {
        return writes;
    }

    double equalShare() {
        return percent(accepted - unequal.size(), accepted);
    }

    double recognisedShare() {
        return percent(readOnly - unrecognised.size(), readOnly);
    }

    boolean good() {
        return accepted > 0
                && equalShare() >= EQUAL_MIN
                && recognisedShare() >= RECOGNISED_MIN
                && misrouted.isEmpty()
                && splitOtherwise.isEmpty();
    }

    private static double percent(int part, int whole) {
        return whole == 0 ? 100 : 100.0 * part / whole;
    }

    /** Everything that is counted, in the order it is to be read. */
    Map<String, Number> figures() {
        Map<String, Number> f = new LinkedHashMap<>();
        f.put("statements", statements);
        f.put("accepted", accepted);
        f.put("equalPercent", rounded(equalShare()));
        f.put("fellBackPercent", rounded(percent(fellBack, accepted)));
        f.put("readOnly", readOnly);
        f.put("readOnlyRecognisedPercent", rounded(recognisedShare()));
        f.put("writes", writes);
        f.put("writesTakenForReads", misrouted.size());
        f.put("splitOtherwise", splitOtherwise.size());
        f.put("missMicrosMedian", rounded(quantile(misses, 0.5) / 1e3));
        f.put("missMicros99", rounded(quantile(misses, 0.99) / 1e3));
        f.put("missMicrosMax", rounded(quantile(misses, 1) / 1e3));
        f.put("hitMicrosMedian", rounded(quantile(hits, 0.5) / 1e3));
        return f;
    }

    private static double quantile(List<Long> values, double q) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1, q * sorted.size()));
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
