package io.understudy.demo.workload;

import io.understudy.demo.cluster.Await;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.history.Action.Write;
import io.understudy.demo.history.Check;
import io.understudy.demo.history.History;
import io.understudy.demo.history.Operation;
import io.understudy.demo.history.Operation.Result;
import io.understudy.demo.history.State;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Clients that work through all nodes until closed, and are checked afterwards. */
public final class CheckedWork implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final Duration OUTCOME_LIMIT = Duration.ofSeconds(60);
    private static final long END_LIMIT_MILLIS = 60_000;
    private static final String SILENT = "nothing but ";
    private static final int ASKED_MAX = 300;

    private final LocalCluster cluster;
    private final List<WorkKind> kinds;
    private final long seed;
    private final Recorder recorder = new Recorder();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * @param kinds at least one
     * @param seed of what clients choose; who is faster it does not decide
     */
    public CheckedWork(LocalCluster cluster, List<WorkKind> kinds, long seed) {
        this.cluster = cluster;
        this.kinds = List.copyOf(kinds);
        this.seed = seed;
    }

    /** Makes the tables of all kinds. */
    public void createTables() throws SQLException {
        try (Connection connection = cluster.connect(cluster.nodes().getFirst(), ANSWER_LIMIT);
                Statement statement = connection.createStatement()) {
            statement.execute("create table ledger (id bigint not null)");
            for (WorkKind kind : WorkKind.values()) {
                for (String sql : kind.workload().setUp()) {
                    statement.execute(sql);
                }
            }
        }
    }

    public void start(int clients) {
        for (int i = 0; i < clients; i++) {
            Client client = new Client(cluster, kinds, recorder, new Random(seed * 31 + i));
            threads.add(Thread.ofVirtual().name("client-" + i).start(client::run));
        }
    }

    /** How writes go on. */
    public Pace pace() {
        return recorder.pace();
    }

    @Override
    public void close() throws InterruptedException {
        recorder.end();
        for (Thread thread : threads) {
            thread.join(END_LIMIT_MILLIS);
        }
    }

    /** Keeps what clients did and were told: one transaction a line, as JSON. */
    public void keep(Path file) throws IOException {
        recorder.write(file);
    }

    /** For people: how many transactions ended how. */
    public String summary() {
        Map<String, Integer> counts = new TreeMap<>();
        for (Operation o : recorder.operations()) {
            String kind = o.action() instanceof Write ? "writes" : "reads";
            counts.merge(kind + " " + o.result().name().toLowerCase(java.util.Locale.ROOT), 1, Integer::sum);
        }
        return counts.toString();
    }

    /**
     * Judges; to be called when everything has been closed and is applied everywhere.
     *
     * @return what is wrong, for people; empty if nothing is
     */
    public List<String> check() throws IOException, SQLException {
        return check(OUTCOME_LIMIT);
    }

    /** @param outcomeLimit how long a node that cannot tell an outcome is asked again; one that never can is a finding */
    public List<String> check(Duration outcomeLimit) throws IOException, SQLException {
        List<Operation> operations = recorder.operations();
        Map<Long, Map<String, String>> told = told(operations, outcomeLimit);
        Map<String, State> states = new TreeMap<>();
        for (LocalNode node : cluster.nodes()) {
            states.put(node.name(), state(node));
        }
        return Check.all(new History(operations, states, told), BankWork.TOTAL);
    }

    private Map<Long, Map<String, String>> told(List<Operation> operations, Duration limit) throws IOException {
        List<Operation> unknown = operations.stream()
                .filter(o -> o.result() == Result.UNKNOWN && !o.token().isEmpty())
                .limit(ASKED_MAX)
                .toList();
        Map<Long, Map<String, String>> told = new ConcurrentHashMap<>();
        for (LocalNode node : cluster.nodes()) {
            for (Operation o : unknown) {
                String outcome = outcome(node, o.token(), limit);
                told.computeIfAbsent(((Write) o.action()).id(), id -> new ConcurrentHashMap<>())
                        .put(node.name(), outcome);
                if (outcome.startsWith(SILENT)) {
                    break; // A finding; the others would take as long.
                }
            }
        }
        return told;
    }

    /** As often as it takes: a node may not be able to tell yet. */
    private String outcome(LocalNode node, String token, Duration limit) throws IOException {
        String[] found = {""};
        String[] failure = {""};
        boolean told = Await.within(limit, () -> {
            try (Connection connection = cluster.connect(node, ANSWER_LIMIT);
                    PreparedStatement ask = connection.prepareStatement("select understudy.outcome(?)")) {
                ask.setString(1, token);
                try (ResultSet answer = ask.executeQuery()) {
                    answer.next();
                    found[0] = answer.getString(1);
                }
                return true;
            } catch (SQLException e) {
                failure[0] = e.getSQLState() + " " + e.getMessage();
                return false;
            }
        });
        return told ? found[0] : SILENT + failure[0];
    }

    /** Of the server itself, past the proxies. */
    private State state(LocalNode node) throws SQLException {
        String url = "jdbc:postgresql://" + node.host() + ":" + node.postgresPort()
                + "/postgres?connectTimeout=5&socketTimeout=60";
        try (Connection connection = DriverManager.getConnection(url, "postgres", cluster.password())) {
            return new State(
                    Rows.numbers(connection, "select id from ledger"),
                    ListWork.parsed(Rows.texts(connection, ListWork.ALL)),
                    Rows.numbers(connection, CounterWork.ALL),
                    Rows.numbers(connection, BankWork.ALL));
        }
    }
}
