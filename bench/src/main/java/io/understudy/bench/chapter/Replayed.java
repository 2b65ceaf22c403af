package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.load.Target;
import io.understudy.demo.cluster.LocalNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;

/** Watches one node replay, in its PostgreSQL itself: from the first look that shows it further than before. */
final class Replayed {
    private static final String APPLIED = "SELECT coalesce(max(idx), 0) FROM understudy.applied";

    private final Target server;
    private final long begun;
    private long firstIndex = -1;
    private long firstNanos;
    private long lastIndex;
    private long lastNanos;

    /** @param begun when the node was started, System.nanoTime() */
    Replayed(UnderstudyCluster cluster, LocalNode node, long begun) {
        this.server =
                new Target(node.host(), node.postgresPort(), cluster.local().password());
        this.begun = begun;
    }

    /** Looks; whether that index is applied. */
    boolean reached(long goal) {
        OptionalLong told = applied();
        if (told.isEmpty()) {
            return false;
        }
        long now = told.getAsLong();
        if (firstIndex < 0) {
            firstIndex = now;
            firstNanos = System.nanoTime();
        }
        if (now == firstIndex) {
            // Not begun yet: starting is no part of the rate.
            firstNanos = System.nanoTime();
        }
        lastIndex = now;
        lastNanos = System.nanoTime();
        return now >= goal;
    }

    /** Entries, from the beginning of replay on. */
    double perSecond() {
        return (lastIndex - firstIndex) / Math.max(1e-3, (lastNanos - firstNanos) / 1e9);
    }

    /** From the node's start to the last look. */
    double seconds() {
        return (lastNanos - begun) / 1e9;
    }

    /** Empty for the moment: a node that starts ends what it finds connected to its server. */
    private OptionalLong applied() {
        try (Connection c = server.connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(APPLIED)) {
            r.next();
            return OptionalLong.of(r.getLong(1));
        } catch (SQLException e) {
            return OptionalLong.empty();
        }
    }
}
