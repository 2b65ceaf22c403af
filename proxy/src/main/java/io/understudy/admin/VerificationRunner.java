package io.understudy.admin;

import java.util.List;
import java.util.Optional;

/** Compares all nodes at one index of the log. Called by many threads. */
public interface VerificationRunner {

    /**
     * Starts a comparison and returns its id at once; if one runs already, that one's.
     *
     * @throws OrderRefusedException if there is no master to put the point of comparison into the log
     */
    String start() throws OrderRefusedException;

    /** What became of a comparison; empty if that id is not (or no longer) known. */
    Optional<Verification> result(String id);

    /** How far a comparison is. */
    enum State {
        RUNNING,
        EQUAL,
        DIFFERENT,
        FAILED
    }

    /**
     * A comparison.
     *
     * @param index at which the nodes were compared, 0 while it is not known
     * @param tables how many tables were compared
     * @param sequences how many sequences were compared
     * @param nodes names of the nodes that were compared
     * @param findings differences, or why it failed; for people
     */
    record Verification(
            String id, State state, long index, int tables, int sequences, List<String> nodes, List<String> findings) {
        public Verification {
            nodes = List.copyOf(nodes);
            findings = List.copyOf(findings);
        }
    }
}
