package io.understudy.demo.story;

import io.understudy.demo.cluster.LocalCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Connections as an application makes them: to any node that answers.
 *
 * @param hosts {@code host:port}, several with commas between them
 */
record Clients(String hosts, String database, String user, String password) {

    static Clients of(LocalCluster cluster) {
        String hosts =
                cluster.nodes().stream().map(n -> "127.0.0.1:" + n.clientPort()).collect(Collectors.joining(","));
        return new Clients(hosts, "postgres", "postgres", cluster.password());
    }

    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("loadBalanceHosts", "true");
        properties.setProperty("hostRecheckSeconds", "1");
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("loginTimeout", "3");
        properties.setProperty("socketTimeout", "15");
        properties.setProperty("ApplicationName", "understudy-demo");
        return DriverManager.getConnection("jdbc:postgresql://" + hosts + "/" + database, properties);
    }

    @Override
    public String toString() {
        return hosts + "/" + database + " as " + user;
    }
}
