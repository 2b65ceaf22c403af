package io.understudy.demo.story;

import io.understudy.demo.cluster.LocalCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.stream.Collectors;

/** Connections as an application makes them: any node that answers. */
final class Clients {
    private Clients() {}

    static Connection connect(LocalCluster cluster) throws SQLException {
        String hosts =
                cluster.nodes().stream().map(n -> "127.0.0.1:" + n.clientPort()).collect(Collectors.joining(","));
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", cluster.password());
        properties.setProperty("loadBalanceHosts", "true");
        properties.setProperty("hostRecheckSeconds", "1");
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("loginTimeout", "3");
        properties.setProperty("socketTimeout", "15");
        properties.setProperty("ApplicationName", "understudy-demo");
        return DriverManager.getConnection("jdbc:postgresql://" + hosts + "/postgres", properties);
    }
}
