package io.understudy.demo.driver;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import io.understudy.embedded.ServerPicture;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * A cluster that one test class after the other works on, since a fresh one costs ten seconds of both processors. Whoever gives it back has it made as new: all nodes run, and every server holds exactly what a fresh
 * one does. Where that does not come out it is thrown away, and the next class has a fresh one.
 */
public final class SharedCluster implements LauncherSessionListener {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final Duration EQUAL_LIMIT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 100;

    private static final String LEFT_SCHEMAS = """
            select format('drop schema %I cascade', nspname) from pg_namespace
             where nspname !~ '^pg_' and nspname not in ('information_schema', 'understudy')
            """;
    private static final String LEFT_ROLES = """
            select unnest(array[string_agg(format('drop owned by %I cascade', rolname), '; '), 'drop role ' || string_agg(quote_ident(rolname), ', ')])
              from pg_roles where rolname !~ '^(pg_|understudy|postgres$)' having count(*) > 0
            """;
    private static final List<String> PUBLIC = List.of(
            "create schema public authorization pg_database_owner",
            "grant usage on schema public to public",
            "comment on schema public is 'standard public schema'");

    private static RunningCluster idle;
    private static ServerPicture fresh;

    static synchronized RunningCluster borrow() throws IOException {
        RunningCluster taken = idle;
        idle = null;
        if (taken == null) {
            taken = RunningCluster.start();
            try {
                fresh = picture(taken.local(), taken.local().node(1));
            } catch (SQLException e) {
                taken.close();
                throw new IOException(e);
            }
        }
        return taken;
    }

    static synchronized void giveBack(RunningCluster used) throws IOException {
        String why;
        try {
            used.local().revive();
            used.awaitAllServing();
            clear(used.local(), used.master());
            why = differences(used.local());
        } catch (IOException | SQLException | RuntimeException e) {
            why = e.toString();
        }
        if (why.isEmpty() && idle == null) {
            idle = used;
        } else {
            System.out.println("a shared cluster is not used again: " + why);
            used.close();
        }
    }

    private static void clear(LocalCluster cluster, LocalNode master) throws SQLException {
        try (Connection c = cluster.connect(master, ANSWER_LIMIT);
                Statement s = c.createStatement()) {
            List<String> drops = new ArrayList<>(lines(s, LEFT_SCHEMAS));
            drops.addAll(PUBLIC);
            for (String sql : drops) {
                s.execute(sql);
            }
            for (String sql : lines(s, LEFT_ROLES)) {
                s.execute(sql);
            }
        }
    }

    private static List<String> lines(Statement s, String sql) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ResultSet r = s.executeQuery(sql)) {
            while (r.next()) {
                lines.add(r.getString(1));
            }
        }
        return lines;
    }

    /** What servers hold otherwise than a fresh one, once the last of them has applied everything; empty if nothing. */
    private static String differences(LocalCluster cluster) throws SQLException, IOException {
        long end = System.nanoTime() + EQUAL_LIMIT.toNanos();
        while (true) {
            List<String> differences = new ArrayList<>();
            for (LocalNode node : cluster.nodes()) {
                differences.addAll(fresh.differences("a fresh one", node.name(), picture(cluster, node)));
            }
            if (differences.isEmpty() || System.nanoTime() > end) {
                return String.join("; ", differences);
            }
            LockSupport.parkNanos(POLL_MILLIS * 1_000_000);
        }
    }

    private static ServerPicture picture(LocalCluster cluster, LocalNode node) throws SQLException {
        try (Connection server = Contents.connect(cluster, node)) {
            return ServerPicture.of(server);
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        RunningCluster left;
        synchronized (SharedCluster.class) {
            left = idle;
            idle = null;
        }
        if (left != null) {
            try {
                left.close();
            } catch (IOException e) {
                System.err.println("the shared cluster was not stopped: " + e);
            }
        }
    }
}
