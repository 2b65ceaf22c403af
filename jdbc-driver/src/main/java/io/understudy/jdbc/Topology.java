package io.understudy.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postgresql.core.BaseConnection;

/** Asks a node which nodes there are. */
final class Topology {
    private static final Set<String> SERVING = Set.of("master", "replica");

    private Topology() {}

    /** One round trip. Nodes that the asked one has never heard of are left out. */
    static List<Member> ask(BaseConnection node) throws SQLException {
        List<Member> members = new ArrayList<>();
        try (Statement s = node.createStatement();
                ResultSet r = s.executeQuery("SHOW understudy.topology")) {
            while (r.next()) {
                String host = r.getString("host");
                int port = Integer.parseInt(r.getString("client_port"));
                if (host != null && !host.isEmpty() && port > 0) {
                    members.add(new Member(
                            r.getString("name"),
                            "master".equals(r.getString("role")),
                            SERVING.contains(r.getString("state")),
                            new Address(host, port)));
                }
            }
        }
        return members;
    }
}
