package io.understudy.jdbc;

import io.understudy.jdbc.Settings.Preference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A place where a connection could be opened, and what is known of it.
 *
 * @param avoided it failed a short time ago
 * @param proven it is in the URL, or a connection was opened there
 * @param serving by what the cluster said last; true if it said nothing of it
 * @param suits whether it is what the application prefers
 * @param open connections of this data source that are open there
 */
record Candidate(Address address, boolean avoided, boolean proven, boolean serving, boolean suits, int open) {

    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparing(Candidate::avoided)
            .thenComparing(c -> !c.serving)
            .thenComparing(c -> !c.proven)
            .thenComparing(c -> !c.suits)
            .thenComparing(Candidate::open);

    /** Best first: what is well before what is not, what suits before what does not, then the least used; equals in random order. */
    static List<Address> order(List<Candidate> candidates, RandomGenerator random) {
        List<Candidate> ordered = new ArrayList<>(candidates);
        for (int i = ordered.size(); i > 1; i--) {
            Collections.swap(ordered, i - 1, random.nextInt(i));
        }
        ordered.sort(BEST_FIRST);
        return ordered.stream().map(Candidate::address).toList();
    }

    static boolean suits(Preference preference, boolean master) {
        return switch (preference) {
            case ANY -> true;
            case MASTER -> master;
            case REPLICA -> !master;
        };
    }
}
