package io.understudy.demo.cluster;

import java.util.List;

/**
 * Where a node's two processes are.
 *
 * @param host the address that they listen on, the other nodes and clients reach them by
 * @param enter put before the command that starts each of them, such as what enters a network namespace; may be empty
 */
public record Place(String host, List<String> enter) {
    /** This machine, reached by itself alone. */
    public static final Place HERE = new Place("127.0.0.1", List.of());

    public Place {
        enter = List.copyOf(enter);
    }
}
