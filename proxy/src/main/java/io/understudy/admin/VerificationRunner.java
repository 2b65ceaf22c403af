package io.understudy.admin;

import java.util.List;
import java.util.Optional;

/** Compares all nodes at one index of the log. Called by many threads. */
public interface VerificationRunner {

    /**
     * Starts a comparison and returns its id at once; if one of the same kind runs already, that one's.
     *
     * @param request what is compared
     * @param mayForward whether this node, if it is not the master, may pass the order on
     * @throws OrderRefusedException if there is no master to put the point of comparison into the log
     */
    String start(Request request, boolean mayForward) throws OrderRefusedException;

    /** What became of a comparison; empty if that id is not (or no longer) known. */
    Optional<Verification> result(String id);

    /**
     * What is compared.
     *
     * @param tables names, qualified or not; none: everything, sequences and catalog included
     * @param nodes their names; none: all of the cluster, each of which must be there then
     * @param rows how many rows of a large table are summed up at one index
     */
    record Request(List<String> tables, List<String> nodes, int rows) {
        /** Everything on all nodes. */
        public static final Request ALL = new Request(List.of(), List.of(), 200_000);

        public Request {
            tables = List.copyOf(tables);
            nodes = List.copyOf(nodes);
        }
    }

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
     * @param wrong names of nodes that were put into quarantine for them
     * @param percent how much of it is done
     * @param progress what is being compared now, for people
     */
    record Verification(
            String id,
            State state,
            long index,
            int tables,
            int sequences,
            List<String> nodes,
            List<String> findings,
            List<String> wrong,
            int percent,
            String progress) {
        public Verification {
            nodes = List.copyOf(nodes);
            findings = List.copyOf(findings);
            wrong = List.copyOf(wrong);
        }
    }
}
