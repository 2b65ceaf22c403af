package io.understudy.bench.load;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Where clients connect: database postgres as user postgres. */
public record Target(String host, int port, String password) {
    public static final String USER = "postgres";
    public static final String DATABASE = "postgres";

    /** A connection by PostgreSQL's own driver; answers may take a long time. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + host + ":" + port + "/" + DATABASE + "?connectTimeout=10", USER, password);
    }
}
