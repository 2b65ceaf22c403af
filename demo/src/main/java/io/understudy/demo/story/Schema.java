package io.understudy.demo.story;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The demo's tables, functions and first rows. */
final class Schema {
    static final int CUSTOMERS = 100;
    static final int PRODUCTS = 40;
    private static final String RESOURCE = "/understudy/demo/schema.sql";
    private static final String STATEMENT = "-- statement:";

    private Schema() {}

    /** All of it or nothing. */
    static void create(Clients clients) throws IOException, SQLException {
        try (Connection connection = clients.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String sql : statements()) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }

    /** Whether it has been created. */
    static boolean exists(Clients clients) throws SQLException {
        try (Connection connection = clients.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select to_regclass('orders') is not null")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** One by one, as a migration tool would send them. */
    static List<String> statements() throws IOException {
        try (InputStream in = Schema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException(RESOURCE);
            }
            List<String> statements = new ArrayList<>();
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (int at = script.indexOf(STATEMENT); at >= 0; ) {
                int begin = script.indexOf('\n', at) + 1;
                at = script.indexOf(STATEMENT, begin);
                statements.add(
                        script.substring(begin, at < 0 ? script.length() : at).strip());
            }
            return statements;
        }
    }
}
