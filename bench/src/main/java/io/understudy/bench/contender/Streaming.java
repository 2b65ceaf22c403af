package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PostgreSQL's own streaming replication: a primary and two standbys, a commit waits until any one of them has it on disk. */
public final class Streaming implements Contender {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);

    private final List<Plain> servers;

    private Streaming(List<Plain> servers) {
        this.servers = List.copyOf(servers);
    }

    public static Streaming start(Path directory) throws IOException {
        List<Plain> servers = new ArrayList<>();
        try {
            Plain primary = Plain.start(directory.resolve("primary"), Map.of());
            servers.add(primary);
            primary.server().stop();
            for (String name : List.of("standby1", "standby2")) {
                servers.add(Plain.standby(
                        primary,
                        directory.resolve(name),
                        Map.of(
                                "primary_conninfo",
                                "host=127.0.0.1 port=" + primary.port() + " user=postgres application_name=" + name,
                                "hot_standby",
                                "on")));
            }
            primary.server().start();
            Streaming started = new Streaming(servers);
            started.command("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby1, standby2)'");
            started.command("SELECT pg_reload_conf()");
            started.await(
                    "two standbys that stream",
                    START_LIMIT,
                    "SELECT count(*) = 2 FROM pg_stat_replication WHERE sync_state = 'quorum'");
            return started;
        } catch (IOException e) {
            Plain.closeAll(servers);
            throw e;
        }
    }

    @Override
    public String name() {
        return "streaming";
    }

    @Override
    public Target target() {
        return servers.getFirst().target();
    }

    @Override
    public List<Target> servers() {
        return servers.stream().map(Plain::target).toList();
    }

    @Override
    public String pool() {
        return "none";
    }

    @Override
    public String remark() {
        return "synchronous_standby_names = ANY 1 of two standbys; clients at the primary";
    }

    @Override
    public void settle() throws IOException {
        await(
                "standbys to replay everything",
                SETTLE_LIMIT,
                "SELECT bool_and(replay_lsn >= pg_current_wal_flush_lsn()) FROM pg_stat_replication");
    }

    @Override
    public void close() throws IOException {
        Plain.closeAll(servers);
    }

    private void command(String sql) throws IOException {
        try (Connection c = target().connect();
                Statement s = c.createStatement()) {
            s.execute(sql);
        } catch (SQLException e) {
            throw new IOException(sql + ": " + e.getMessage(), e);
        }
    }

    private void await(String what, Duration limit, String sql) throws IOException {
        Instant giveUp = Instant.now().plus(limit);
        try (Connection c = target().connect();
                Statement s = c.createStatement()) {
            while (true) {
                try (ResultSet r = s.executeQuery(sql)) {
                    if (r.next() && r.getBoolean(1)) {
                        return;
                    }
                }
                if (Instant.now().isAfter(giveUp)) {
                    throw new IOException("waited " + limit.toSeconds() + " s in vain for " + what);
                }
                Thread.sleep(100);
            }
        } catch (SQLException e) {
            throw new IOException(what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
