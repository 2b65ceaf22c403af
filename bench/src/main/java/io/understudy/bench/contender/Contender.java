package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import java.io.IOException;
import java.util.List;

/**
 * What is measured, running: from its making until closed.
 *
 * <h2>Likeness</h2>
 * Every PostgreSQL of every contender is the same programs with the same settings ({@code PostgresServer.defaultSettings()}), on the same disk. What has to
 * be different is in {@link #remark()}.
 */
public sealed interface Contender extends AutoCloseable permits Direct, InFront, Pgpool, Streaming, UnderstudyCluster {

    /** Short, as in tables. */
    String name();

    /** Where clients connect. */
    Target target();

    /** Its PostgreSQL servers, directly. */
    List<Target> servers();

    /** Connections to servers that it keeps, in words. */
    String pool();

    /** What is not as with the others; empty if nothing. */
    String remark();

    /** Returns when everything that was written is where it will be. */
    default void settle() throws IOException {}

    @Override
    void close() throws IOException;
}
