package io.understudy.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** A node that gave no connection, and what was said. */
record Refusal(Address address, SQLException why) {
    /** A role's new password may not have come to a node that is a moment behind: a second one is asked. */
    private static final int AUTHENTICATION_REFUSALS_MAX = 2;

    /** Whether asking yet another node after these is no use. */
    static boolean isFinal(List<Refusal> refusals) {
        Refusal last = refusals.get(refusals.size() - 1);
        String state = last.state();
        if (last.isAuthentication()) {
            return refusals.stream().filter(Refusal::isAuthentication).count() >= AUTHENTICATION_REFUSALS_MAX;
        }
        // Connection trouble, a server that starts or ends, too many connections, internal errors: others may do
        // better.
        return !(state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("57")
                || state.startsWith("53")
                || state.startsWith("58")
                || state.startsWith("XX")
                || state.equals(NodeLogin.NOT_A_NODE));
    }

    /** The login was wrong, not the node. */
    boolean isAuthentication() {
        return state().startsWith("28");
    }

    /** What is told when no node is left. */
    static SQLException byAll(UnderstudyUrl url, List<Refusal> refusals) {
        if (refusals.stream().anyMatch(Refusal::isAuthentication)) {
            return refusals.stream()
                    .filter(Refusal::isAuthentication)
                    .findFirst()
                    .orElseThrow()
                    .why();
        }
        String each = refusals.stream()
                .map(r -> r.address + ": " + withoutStop(String.valueOf(r.why.getMessage())))
                .collect(Collectors.joining("; "));
        SQLException e = new SQLException(
                "No node of " + url + " gave a connection. " + (each.isEmpty() ? "The login time-out was over" : each)
                        + ". Check that the addresses are those of Understudy's proxies and that one of them runs, then retry.",
                "08001");
        refusals.forEach(r -> e.addSuppressed(r.why));
        return e;
    }

    private static String withoutStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private String state() {
        String state = why.getSQLState();
        return state == null ? "" : state;
    }
}
