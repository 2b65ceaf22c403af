package io.understudy.demo.torture;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What clients were told. Safe for use by many threads. */
final class Outcomes {
    private final Map<String, LongAdder> successes = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
    private final Collection<String> unexpected = new ConcurrentLinkedQueue<>();
    private final Set<String> committed = ConcurrentHashMap.newKeySet();
    private final Set<String> rolledBack = ConcurrentHashMap.newKeySet();

    void succeeded(Deed deed) {
        count(successes, deed.name());
    }

    void failed(Deed deed, SQLException e) {
        String state = Complaint.state(e);
        count(failures, state);
        if (state.equals("0A000")) {
            count(refusals, deed.name() + ": " + firstLine(e));
        }
        if (!Complaint.isExpected(e)) {
            unexpected.add("unexpected error in " + deed.name() + ": " + state + " " + e.getMessage());
        }
    }

    void committed(int worker, int nth) {
        committed.add(worker + "/" + nth);
    }

    void rolledBack(int worker, int nth) {
        rolledBack.add(worker + "/" + nth);
    }

    /** How often each deed succeeded, by name. */
    Map<String, Long> successes() {
        return sums(successes);
    }

    /** How many errors, by SQLSTATE. */
    Map<String, Long> failures() {
        return sums(failures);
    }

    /** What was not supported, and how often. */
    Map<String, Long> refusals() {
        return sums(refusals);
    }

    int transactions() {
        return committed.size();
    }

    /**
     * Judges the errors, and the transactions that a server holds.
     *
     * @param held such as {@code 3/17}: worker and number
     */
    List<String> findings(Set<String> held) {
        List<String> findings = new ArrayList<>(unexpected);
        committed.stream()
                .filter(t -> !held.contains(t))
                .forEach(t -> findings.add("lost, though acknowledged: transaction " + t));
        rolledBack.stream()
                .filter(held::contains)
                .forEach(t -> findings.add("there, though rolled back: transaction " + t));
        return findings;
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceAll("\\d+", "N");
    }

    private static void count(Map<String, LongAdder> counts, String what) {
        counts.computeIfAbsent(what, w -> new LongAdder()).increment();
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counts) {
        Map<String, Long> sums = new TreeMap<>();
        counts.forEach((what, count) -> sums.put(what, count.sum()));
        return sums;
    }
}
