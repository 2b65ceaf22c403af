package io.understudy.demo.conformity;

import io.understudy.classification.Classifier;
import io.understudy.classification.SqlStatement;
import io.understudy.demo.conformity.PsqlScript.Command;
import io.understudy.demo.conformity.PsqlScript.Sql;
import io.understudy.demo.conformity.PsqlScript.Step;
import io.understudy.demo.conformity.Tally.Finding;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Runs scripts as psql does, as far as what is left on the server depends on it: variables, \gset, \gexec, \if, COPY, \copy and \c; output is dropped and errors
 * are passed over, as scripts of tests provoke them. Statements that change DateStyle are left out: pgjdbc does not bear it.
 */
final class ScriptRunner implements AutoCloseable {
    private static final int SECONDS_MAX = 30;
    private static final Pattern STDIN = Pattern.compile("(?i)\\bfrom\\s+stdin\\b");

    private final Servers servers;
    private final Map<String, String> environment;
    private final Tally tally;
    private final Map<String, String> variables = new HashMap<>();
    private Connection connection;
    private Examiner examiner;
    private String database;

    /** Where connections come from. */
    interface Servers {
        Connection connect(String database, String user) throws SQLException;
    }

    /** @param environment what \getenv finds */
    ScriptRunner(Servers servers, String database, Map<String, String> environment, Tally tally) throws SQLException {
        this.servers = servers;
        this.environment = environment;
        this.tally = tally;
        this.database = database;
        this.connection = servers.connect(database, "");
        this.examiner = new Examiner(servers.connect(database, ""), tally);
    }

    /** Runs a file on the connection that there is, and gives the name of the file to what is found. */
    void run(Path file) throws IOException, SQLException {
        PsqlScript script = new PsqlScript(text(file), variables);
        String name = String.valueOf(file.getFileName());
        // Whether each \if around is true, and whether a branch of it was taken.
        List<boolean[]> conditions = new ArrayList<>();
        for (Step step = script.next(); !(step instanceof PsqlScript.End); step = script.next()) {
            if (step instanceof Command c && condition(c, script, conditions)) {
                continue;
            }
            if (conditions.stream().anyMatch(c -> !c[0])) {
                continue;
            }
            try {
                switch (step) {
                    case Sql sql -> send(name, sql.text(), script);
                    case Command c -> {
                        if (c.name().equals("q") || c.name().equals("quit")) {
                            return;
                        }
                        command(name, c, script);
                    }
                    case PsqlScript.End e -> {}
                }
            } catch (SQLException e) {
                reconnectIfLost();
            }
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean condition(Command c, PsqlScript script, List<boolean[]> conditions) {
        if (conditions.isEmpty() && !c.name().equals("if")) {
            return c.name().equals("elif")
                    || c.name().equals("else")
                    || c.name().equals("endif");
        }
        switch (c.name()) {
            case "if" -> conditions.add(both(isTrue(script.words(c.arguments()))));
            case "elif", "else" -> {
                boolean[] last = conditions.getLast();
                boolean now = !last[1] && (c.name().equals("else") || isTrue(script.words(c.arguments())));
                last[0] = now;
                last[1] |= now;
            }
            case "endif" -> conditions.removeLast();
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean[] both(boolean value) {
        return new boolean[] {value, value};
    }

    private static boolean isTrue(List<String> words) {
        String w = words.isEmpty() ? "" : words.getFirst().toLowerCase(Locale.ROOT);
        return w.equals("t") || w.equals("true") || w.equals("on") || w.equals("1") || w.equals("yes");
    }

    private void command(String file, Command c, PsqlScript script) throws SQLException, IOException {
        List<String> words = script.words(c.arguments());
        switch (c.name()) {
            case "set" -> {
                if (!words.isEmpty()) {
                    variables.put(words.getFirst(), String.join("", words.subList(1, words.size())));
                }
            }
            case "unset" -> words.forEach(variables::remove);
            case "getenv" -> {
                String value = words.size() > 1 ? environment.get(words.get(1)) : null;
                if (value != null) {
                    variables.put(words.getFirst(), value);
                }
            }
            case "g", "gx", "crosstabview", "gdesc", "watch" -> send(file, c.pending(), script);
            case "gset" -> {
                String prefix = words.isEmpty() ? "" : words.getFirst();
                send(file, c.pending(), script, r -> remember(r, prefix));
            }
            case "gexec" -> {
                List<String> generated = new ArrayList<>();
                send(file, c.pending(), script, r -> cells(r, generated));
                for (String sql : generated) {
                    send(file, sql, script);
                }
            }
            case "c", "connect" -> connect(words);
            case "copy" -> clientCopy(words, c.arguments());
            default -> {}
        }
    }

    private void connect(List<String> words) throws SQLException {
        String to = words.isEmpty() || words.getFirst().equals("-") ? database : words.getFirst();
        String user = words.size() < 2 || words.get(1).equals("-") ? "" : words.get(1);
        connection.close();
        if (!to.equals(database)) {
            examiner.close();
            examiner = new Examiner(servers.connect(to, ""), tally);
            database = to;
        }
        connection = servers.connect(database, user);
        examiner.changed();
    }

    private void reconnectIfLost() throws SQLException {
        if (connection.isClosed() || !connection.isValid(5)) {
            connection.close();
            connection = servers.connect(database, "");
            examiner.changed();
        }
    }

    /** \copy table from 'file', as scripts of tests have it. */
    private void clientCopy(List<String> words, String arguments) throws SQLException, IOException {
        int from = words.indexOf("from");
        if (from < 0 || from + 1 >= words.size() || !Files.isRegularFile(Path.of(words.get(from + 1)))) {
            return;
        }
        String target =
                arguments.substring(0, arguments.toLowerCase(Locale.ROOT).indexOf(" from "));
        String options = String.join(" ", words.subList(from + 2, words.size()));
        String data = text(Path.of(words.get(from + 1)));
        copies().copyIn("COPY " + target + " FROM STDIN " + options, new StringReader(data));
    }

    private CopyManager copies() throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    /** What is done with a result. */
    private interface Use {
        void accept(ResultSet r) throws SQLException;
    }

    private void send(String file, String sql, PsqlScript script) throws SQLException, IOException {
        send(file, sql, script, r -> {});
    }

    private void send(String file, String sql, PsqlScript script, Use use) throws SQLException, IOException {
        List<SqlStatement> statements = Classifier.split(sql, standardStrings());
        if (statements.isEmpty()) {
            return;
        }
        boolean query = statements.stream().allMatch(Examiner::isExamined);
        for (SqlStatement s : statements) {
            tally.executed();
            if (s.shape().startsWith("set ") && s.shape().contains("datestyle")) {
                return;
            }
        }
        if (statements.size() == 1 && query) {
            if (connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.FAILED) {
                examiner.examine(file, statements.getFirst(), connection);
            }
        } else if (statements.size() > 1 && !sql.contains(";")) {
            tally.splitOtherwise(new Finding(file, sql, List.of("split into " + statements.size())));
        }
        try {
            execute(statements.getFirst(), statements.size() > 1, sql, script, use);
        } finally {
            if (!query || statements.getFirst().shape().contains("set_config")) {
                examiner.changed();
            }
        }
    }

    private boolean standardStrings() throws SQLException {
        return !"off".equals(connection.unwrap(PGConnection.class).getParameterStatus("standard_conforming_strings"));
    }

    private void execute(SqlStatement first, boolean several, String sql, PsqlScript script, Use use)
            throws SQLException, IOException {
        String shape = first.shape();
        if (several && sql.toLowerCase(Locale.ROOT).contains("copy ")) {
            // pgjdbc has no place for COPY among other statements.
            for (Matcher m = STDIN.matcher(sql); m.find(); ) {
                script.copyData();
            }
            return;
        }
        if (shape.startsWith("copy ") && shape.contains(" from stdin")) {
            copies().copyIn(sql, new StringReader(script.copyData()));
            return;
        }
        if (shape.startsWith("copy ") && shape.contains(" to stdout")) {
            copies().copyOut(sql, OutputStream.nullOutputStream());
            return;
        }
        try (Statement s = connection.createStatement()) {
            s.setEscapeProcessing(false);
            s.setQueryTimeout(SECONDS_MAX);
            if (s.execute(sql)) {
                try (ResultSet r = s.getResultSet()) {
                    use.accept(r);
                }
            }
        }
    }

    private void remember(ResultSet r, String prefix) throws SQLException {
        if (!r.next()) {
            return;
        }
        ResultSetMetaData m = r.getMetaData();
        for (int i = 1; i <= m.getColumnCount(); i++) {
            String value = r.getString(i);
            if (value == null) {
                variables.remove(prefix + m.getColumnLabel(i));
            } else {
                variables.put(prefix + m.getColumnLabel(i), value);
            }
        }
    }

    private static void cells(ResultSet r, List<String> cells) throws SQLException {
        while (r.next()) {
            for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                String cell = r.getString(i);
                if (cell != null) {
                    cells.add(cell);
                }
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        examiner.close();
    }
}
