package io.understudy.demo.conformity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Consumer;

/** Runs SQL files in a new database of a server and tallies how classification compares with the server's analysis. */
final class Conformity {
    private static final String[] SETTINGS = {
        "lc_messages = 'C'",
        "lc_monetary = 'C'",
        "lc_numeric = 'C'",
        "lc_time = 'C'",
        "timezone_abbreviations = 'Default'"
    };

    private final String url;
    private final Properties login;
    private final Consumer<String> progress;

    /**
     * @param url of a database of the server, as pgjdbc takes it; only another, new one is changed
     * @param login user (a superuser) and password
     */
    Conformity(String url, Properties login, Consumer<String> progress) {
        this.url = url;
        this.login = login;
        this.progress = progress;
    }

    /** The files of PostgreSQL's regression suite in the order of its schedule. @param suite the folder src/test/regress */
    static List<Path> scheduled(Path suite) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String line : Files.readAllLines(suite.resolve("parallel_schedule"))) {
            if (line.startsWith("test:")) {
                for (String name : line.substring(5).strip().split("\\s+")) {
                    Path file = suite.resolve("sql").resolve(name + ".sql");
                    if (Files.isRegularFile(file)) {
                        files.add(file);
                    }
                }
            }
        }
        return files;
    }

    /** @param environment what scripts find with \getenv */
    Tally run(List<Path> files, Map<String, String> environment) throws IOException, SQLException {
        String database =
                "conformity_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        administer("CREATE DATABASE " + database + " TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'");
        try {
            for (String setting : SETTINGS) {
                administer("ALTER DATABASE " + database + " SET " + setting);
            }
            Tally tally = new Tally();
            for (Path file : files) {
                int before = tally.accepted();
                int unequal = tally.unequal().size();
                try (ScriptRunner runner = new ScriptRunner(this::connect, database, environment, tally)) {
                    runner.run(file);
                } catch (SQLException e) {
                    progress.accept(file.getFileName() + " was not finished: " + e.getMessage());
                }
                progress.accept(file.getFileName() + ": " + (tally.accepted() - before) + " statements, "
                        + (tally.unequal().size() - unequal) + " unequal");
            }
            return tally;
        } finally {
            administer("DROP DATABASE " + database + " WITH (FORCE)");
        }
    }

    private void administer(String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(url, login);
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    /** @param user empty for the login's own */
    private Connection connect(String database, String user) throws SQLException {
        Properties p = new Properties();
        p.putAll(login);
        p.setProperty("PGDBNAME", database);
        p.setProperty("connectTimeout", "60");
        p.setProperty("preferQueryMode", "simple");
        p.setProperty("allowEncodingChanges", "true");
        // Parse trees go to the client, not into the server's log.
        p.setProperty("options", "-c log_min_messages=panic -c intervalstyle=postgres_verbose");
        Connection c = DriverManager.getConnection(at(database), p);
        if (!user.isEmpty()) {
            try (Statement s = c.createStatement()) {
                s.execute("SET SESSION AUTHORIZATION \"" + user.replace("\"", "\"\"") + '"');
            } catch (SQLException e) {
                c.close();
                throw e;
            }
        }
        return c;
    }

    private String at(String database) {
        int options = url.indexOf('?');
        String path = options < 0 ? url : url.substring(0, options);
        return path.substring(0, path.lastIndexOf('/') + 1) + database + (options < 0 ? "" : url.substring(options));
    }
}
