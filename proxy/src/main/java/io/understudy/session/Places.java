package io.understudy.session;

import io.understudy.config.ClientLimits;
import io.understudy.wire.ErrorFields;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who has one of the places for sessions. For any thread; taken at login only. */
final class Places {
    private static final String TOO_MANY = "53300";

    private final ClientLimits limits;
    private final Map<String, Integer> ofUsers = new HashMap<>();
    private int taken;

    Places(ClientLimits limits) {
        this.limits = limits;
    }

    /** Takes a place, which is to be given back by {@link #leave}; or what the client is told instead. */
    synchronized Optional<ErrorFields> enter(String user, boolean superuser) {
        int own = ofUsers.getOrDefault(user, 0);
        if (taken >= limits.connections()) {
            return Optional.of(ErrorFields.fatal(
                    TOO_MANY, "sorry, too many clients already", "limits.connections of this node is reached."));
        }
        if (!superuser && taken >= limits.connections() - limits.reserved()) {
            return Optional.of(ErrorFields.fatal(
                    TOO_MANY,
                    "remaining connection slots are reserved for roles with the SUPERUSER attribute",
                    "limits.connections of this node is reached but for limits.reserved."));
        }
        if (!superuser && limits.perUser() > 0 && own >= limits.perUser()) {
            return Optional.of(ErrorFields.fatal(
                    TOO_MANY,
                    "too many connections for role \"" + user + "\"",
                    "limits.per-user of this node is reached."));
        }
        taken++;
        ofUsers.put(user, own + 1);
        return Optional.empty();
    }

    synchronized void leave(String user) {
        taken--;
        ofUsers.computeIfPresent(user, (u, n) -> n == 1 ? null : n - 1);
    }
}
