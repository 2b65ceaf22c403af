package io.understudy.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.understudy.family.Family.Protocol;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.util.PSQLException;

/** A family at work on a cluster, in a schema of its own. */
final class FamilyRun implements AutoCloseable {
    private final InProcessCluster cluster;
    private final Family family;
    private final String schema;

    FamilyRun(InProcessCluster cluster, Family family) throws SQLException, IOException {
        this.cluster = cluster;
        this.family = family;
        this.schema = "f_" + family.name().replace('-', '_');
        try (FamilyClient client = client(0, Protocol.SIMPLE)) {
            client.execute("create schema " + schema);
            client.run(family.set(), 0, Set.of());
        }
        new Comparison(cluster).settle();
    }

    /** In which everything of the family is, or is named after it. */
    String schema() {
        return schema;
    }

    private FamilyClient client(int number, Protocol protocol) throws SQLException {
        return new FamilyClient(cluster.client(number % cluster.size(), protocol), number, schema);
    }

    /** All clients at once, each through the next node. */
    void race(int rounds) throws SQLException, InterruptedException {
        List<List<Script.Act>> scripts = family.clients();
        int clients = scripts.isEmpty() ? 0 : Math.max(cluster.size(), scripts.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int number = 1; number <= clients; number++) {
                int n = number;
                running.add(threads.submit(() -> {
                    work(n, rounds);
                    return null;
                }));
            }
            for (Future<?> f : running) {
                f.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private void work(int number, int rounds) throws SQLException {
        List<List<Script.Act>> scripts = family.clients();
        Protocol protocol =
                family.protocols().get((number - 1) % family.protocols().size());
        try (FamilyClient client = client(number, protocol)) {
            for (int round = 1; round <= rounds; round++) {
                client.run(scripts.get((number - 1) % scripts.size()), round, family.lost());
            }
        }
    }

    /** One client's part, without anybody else. */
    void alone(int round) throws SQLException {
        try (FamilyClient client = client(1, Protocol.SIMPLE)) {
            client.run(family.clients().getFirst(), round, family.lost());
        }
    }

    /** While it is off, nothing says what the family's tables go through. As a superuser could do to the master's server behind its back. */
    void capture(boolean on) throws SQLException, IOException {
        try (Connection master = cluster.server(cluster.master());
                Statement statement = master.createStatement()) {
            statement.execute("set default_transaction_read_only to off");
            statement.execute("update pg_trigger set tgenabled = '" + (on ? "A" : "D")
                    + "' where tgname like ' understudy%' and tgrelid in (select oid from pg_class where relnamespace = '"
                    + schema + "'::regnamespace)");
            // what sessions remember of a table is forgotten when its row here changes
            statement.execute("update pg_class set relhastriggers = relhastriggers where relnamespace = '" + schema
                    + "'::regnamespace");
        }
    }

    /** Empties all tables of the family's on one server, without a trace. */
    void lose(int node) throws SQLException {
        try (Connection server = cluster.server(node);
                Statement statement = server.createStatement()) {
            statement.execute("set default_transaction_read_only to off");
            statement.execute("set session authorization understudy_apply");
            statement.execute("do $$ begin execute (select 'truncate ' || string_agg(oid::regclass::text, ', ')"
                    + " from pg_class where relkind = 'r' and relnamespace = '" + schema + "'::regnamespace); end $$");
        }
    }

    /** What the family says must be so, on every server. */
    void assertChecks() throws SQLException {
        for (int i = 0; i < cluster.size(); i++) {
            try (Connection server = cluster.server(i);
                    Statement statement = server.createStatement()) {
                statement.execute("set search_path to " + schema + ", public");
                for (Family.Check check : family.checks()) {
                    assertThat(answer(statement, check.sql()))
                            .as("n%s: %s", i + 1, check.sql())
                            .isEqualTo(check.expected());
                }
            }
        }
    }

    private static String answer(Statement statement, String sql) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                List<String> columns = new ArrayList<>();
                for (int c = 1; c <= rows.getMetaData().getColumnCount(); c++) {
                    columns.add(rows.getString(c));
                }
                lines.add(String.join("|", columns));
            }
        }
        return String.join("\n", lines);
    }

    /** Whether what must be refused is, with the hint that people read about. */
    void assertRefusals() throws SQLException {
        for (Family.Refusal refusal : family.refusals()) {
            for (Protocol protocol : List.of(Protocol.SIMPLE, Protocol.EXTENDED)) {
                try (FamilyClient client = client(2, protocol)) {
                    PSQLException refused =
                            catchThrowableOfType(PSQLException.class, () -> client.execute(refusal.sql()));
                    assertThat((Throwable) refused).as(refusal.sql()).isNotNull();
                    assertThat(refused.getSQLState()).as("%s", refused).isEqualTo("0A000");
                    assertThat(refused.getServerErrorMessage().getHint())
                            .as(refusal.sql())
                            .isEqualTo(refusal.hint());
                }
            }
        }
    }

    @Override
    public void close() throws SQLException {
        try (FamilyClient client = client(0, Protocol.SIMPLE)) {
            client.execute("drop schema " + schema + " cascade");
            client.run(family.end(), 0, Set.of());
        }
    }
}
