package io.understudy.session;

import io.understudy.topology.NodeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code SHOW understudy.…} answers. */
final class Shown {
    private static final List<String> TOPOLOGY = List.of(
            "name",
            "role",
            "state",
            "host",
            "client_port",
            "admin_port",
            "applied_index",
            "lag_entries",
            "lag_seconds",
            "self");
    private static final List<String> LAST_ROUTE = List.of("node", "reason", "index");

    private Shown() {}

    static List<String> columns(String name) {
        return switch (name) {
            case "topology" -> TOPOLOGY;
            case "last_route" -> LAST_ROUTE;
            default -> List.of("understudy." + name);
        };
    }

    static List<List<String>> rows(String name, NodeServices node, SessionState session, Blocks blocks)
            throws StatementFailure, SessionEnd {
        return switch (name) {
            case "topology" -> node.nodes().stream().map(Shown::row).toList();
            case "last_route" -> {
                LastRoute r = session.route;
                yield r.none() ? List.of() : List.of(List.of(r.node(), r.reason(), Long.toString(r.index())));
            }
            default -> List.of(List.of(value(name, node, session, blocks)));
        };
    }

    private static List<String> row(NodeReport n) {
        List<String> row = new ArrayList<>(TOPOLOGY.size());
        row.add(n.name());
        row.add(n.role());
        row.add(n.state());
        row.add(n.host());
        row.add(Integer.toString(n.clientPort()));
        row.add(Integer.toString(n.adminPort()));
        row.add(Long.toString(n.appliedIndex()));
        row.add(Long.toString(n.lagEntries()));
        row.add(Double.toString(n.lagSeconds()));
        row.add(n.self() ? "t" : "f");
        return row;
    }

    private static String value(String name, NodeServices node, SessionState session, Blocks blocks)
            throws StatementFailure, SessionEnd {
        return switch (name) {
            case "token" -> Long.toString(blocks.causalToken());
            case "consistency" -> session.consistency.toString();
            case "report" -> session.reports ? "on" : "off";
            case "node" -> node.picture().self().name();
            case "master" -> node.picture().master();
            case "state" -> node.picture().self().state().toString().toLowerCase(Locale.ROOT);
            case "epoch" -> Long.toString(node.picture().self().epoch());
            case "applied_index" -> Long.toString(node.picture().self().appliedIndex());
            case "pins" -> session.pins.toString();
            case "transaction" -> blocks.transaction();
            default ->
                throw new StatementFailure(
                        "42704",
                        "unrecognized SHOW understudy." + name,
                        "Known: consistency, token, transaction, last_route, topology, report, node, master, state, epoch, applied_index, pins.");
        };
    }
}
