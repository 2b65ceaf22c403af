package io.understudy.replay;

import io.understudy.backend.ServerError;

/** What an error of the server means for replay. */
enum ServerFailure {
    /** Another session or a shortage is in the way: the same may work later. */
    TRANSIENT,
    /** The server is going, or has cut this connection. */
    LOST,
    /** A unique or exclusion constraint: perhaps only the order of single changes. */
    COLLISION,
    /** The entry does not fit this database. */
    MISFIT;

    static ServerFailure of(ServerError error) {
        String state = error.sqlState();
        return switch (state) {
            case "40001", "40P01", "55P03", "57014", "55006" -> TRANSIENT;
            case "23505", "23P01" -> COLLISION;
            case "57P01", "57P02", "57P03", "57P05" -> LOST;
            default ->
                switch (state.substring(0, 2)) {
                    case "08" -> LOST;
                    case "53", "58", "XX" -> TRANSIENT;
                    default -> MISFIT;
                };
        };
    }
}
