package io.understudy.family;

import java.util.List;
import java.util.Set;

/**
 * A kind of statements that must have the same effects on every node, how it is tried, and what is promised about it.
 *
 * @param name a word; also of its schema
 * @param group heading under which people find it
 * @param title what it is
 * @param limits what does not work about it; empty: nothing
 * @param set by one client before all others, statement by statement
 * @param clients what clients do at the same time, over and over; at least three run, each through another node
 * @param checks what must be so at the end on every server
 * @param refusals what is answered by 0A000
 * @param end what is put away afterwards, beside the schema
 * @param lost SQLSTATEs by which a client may lose a race
 * @param protocols in which clients speak, the first client in the first and so on
 * @param rounds how often each client does its part
 * @param proofs what must be found if it is done to the log behind a replica's back
 * @param since the oldest PostgreSQL that has it
 */
record Family(
        String name,
        String group,
        String title,
        String limits,
        List<Script.Act> set,
        List<List<Script.Act>> clients,
        List<Check> checks,
        List<Refusal> refusals,
        List<Script.Act> end,
        Set<String> lost,
        List<Protocol> protocols,
        int rounds,
        List<Proof> proofs,
        int since) {

    /** What a query must give, its columns separated by {@code |}, its rows by line ends. */
    record Check(String sql, String expected) {}

    /** @param hint what the client is told to do instead, as it is in the answer */
    record Refusal(String sql, String hint) {}

    /** What is done to the replication of a family to see that it would be found. */
    enum Proof {
        /** One net change is dropped from an entry on one replica. */
        CHANGE,
        /** Two neighbouring transactions change places on one replica. */
        SWAP,
        /** One run of a client's part is not captured on the master. */
        CAPTURE
    }

    /** How clients speak. */
    enum Protocol {
        SIMPLE("simple", 5),
        EXTENDED("extended", 5),
        /** Prepared at the server, and in binary, from the first time on. */
        BINARY("extended", -1);

        final String queryMode;
        final int prepareThreshold;

        Protocol(String queryMode, int prepareThreshold) {
            this.queryMode = queryMode;
            this.prepareThreshold = prepareThreshold;
        }
    }

    @Override
    public String toString() {
        return group + ": " + title;
    }
}
