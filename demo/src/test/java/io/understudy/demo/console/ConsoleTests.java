package io.understudy.demo.console;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A cluster for the tests of a class, and a browser for each of them. */
abstract class ConsoleTests {
    static final Duration PATIENCE = Duration.ofSeconds(40);

    static RunningCluster cluster;
    Browser browser;

    /** @param settings of each node, before it starts */
    static void start(RunningCluster.Settings settings) throws IOException {
        Browser.requireChromium();
        cluster = RunningCluster.start(settings);
    }

    @AfterAll
    static void stopCluster() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void openBrowser() throws Exception {
        cluster.awaitAllServing();
        browser = new Browser();
    }

    @AfterEach
    void closeBrowser() throws IOException {
        browser.close();
    }

    /** By a node's own server. */
    static long number(LocalNode node, String sql) throws SQLException {
        try (Connection c = connect(node.postgresPort());
                Statement s = c.createStatement();
                ResultSet row = s.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    static Connection client(LocalNode node) throws SQLException {
        return connect(node.clientPort());
    }

    private static Connection connect(int port) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "postgres",
                cluster.local().password());
    }
}
