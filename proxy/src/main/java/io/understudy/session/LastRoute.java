package io.understudy.session;

import io.understudy.route.Route.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Where a session's last routed statement ran, and why. Overwritten by every statement: it costs no allocation until somebody asks.
 */
final class LastRoute {
    private String node = "";
    private @Nullable Reason reason;
    private long index;

    void chosen(String newNode, Reason newReason) {
        node = newNode;
        reason = newReason;
    }

    /** @param newIndex of the commit, or the highest one that can have been visible */
    void index(long newIndex) {
        index = newIndex;
    }

    String node() {
        return node;
    }

    String reason() {
        Reason r = reason;
        return r == null ? "" : r.name().toLowerCase(java.util.Locale.ROOT);
    }

    long index() {
        return index;
    }

    /** Whether nothing has been routed yet. */
    boolean none() {
        return reason == null;
    }

    boolean same(LastRoute other) {
        return index == other.index && reason == other.reason && node.equals(other.node);
    }

    void become(LastRoute other) {
        node = other.node;
        reason = other.reason;
        index = other.index;
    }
}
