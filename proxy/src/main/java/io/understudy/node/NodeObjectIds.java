package io.understudy.node;

import io.understudy.backend.Backend;
import io.understudy.backend.Login;
import io.understudy.backend.ObjectIds;
import io.understudy.backend.ObjectIds.Kind;
import io.understudy.backend.ServerAddress;
import io.understudy.backend.ServerError;
import io.understudy.backend.Servers;
import io.understudy.backend.Translation;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What stands on the master for tables and types of replicas, and the other way round, by name. Safe for use by many threads. */
final class NodeObjectIds {
    /** As text in JSON, for {@link #IDS}. */
    private static final String NAMES = """
            SELECT coalesce(pg_catalog.json_agg(o)::text, '[]') FROM (
              SELECT t.oid::int8 AS id, n.nspname AS schema, t.typname AS name FROM pg_catalog.pg_type t
                JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE $1 = 'TYPE' AND t.oid = ANY ($2::oid[])
              UNION ALL
              SELECT c.oid::int8, n.nspname, c.relname FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE $1 = 'TABLE' AND c.oid = ANY ($2::oid[])) o
            """;

    private static final String IDS = """
            SELECT o.id, coalesce(t.oid, c.oid)::int8 FROM pg_catalog.json_to_recordset($2::json) AS o(id int8, schema text, name text)
              JOIN pg_catalog.pg_namespace n ON n.nspname = o.schema
              LEFT JOIN pg_catalog.pg_type t ON $1 = 'TYPE' AND t.typnamespace = n.oid AND t.typname = o.name
              LEFT JOIN pg_catalog.pg_class c ON $1 = 'TABLE' AND c.relnamespace = n.oid AND c.relname = o.name
             WHERE t.oid IS NOT NULL OR c.oid IS NOT NULL
            """;

    private final Servers servers;
    private final Function<String, @Nullable NodeStatus> nodes;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** What was found while the master and the server were the same; a repaired server has other objects. */
    private record Known(UUID process, long repairs, long epoch, Translation translation) {
        boolean holds(NodeStatus server, long nowEpoch) {
            return epoch == nowEpoch
                    && process.equals(server.process())
                    && repairs == server.ailment().repairs();
        }
    }

    /** @param nodes what is known of a node; null if nothing is */
    NodeObjectIds(Servers servers, Function<String, @Nullable NodeStatus> nodes) {
        this.servers = servers;
        this.nodes = nodes;
    }

    /**
     * Between a replica and the master.
     *
     * @param epoch of the mastership
     * @param login by which both may be asked
     */
    Translation between(NodeStatus server, String master, long epoch, Login login) {
        Known k = known.get(server.name());
        if (k == null || !k.holds(server, epoch)) {
            NodeStatus told = nodes.apply(master);
            if (told == null) {
                return Translation.NONE;
            }
            ServerAddress here = NodeAddresses.postgres(server);
            ServerAddress there = NodeAddresses.postgres(told);
            Translation translation = new Translation(
                    new ObjectIds((kind, ids) -> find(kind, ids, here, there, login)),
                    new ObjectIds((kind, ids) -> find(kind, ids, there, here, login)));
            k = new Known(server.process(), server.ailment().repairs(), epoch, translation);
            known.put(server.name(), k);
        }
        return k.translation();
    }

    private Map<Integer, Integer> find(Kind kind, int[] ids, ServerAddress from, ServerAddress to, Login login)
            throws IOException {
        String wanted =
                Arrays.stream(ids).mapToObj(Integer::toUnsignedString).collect(Collectors.joining(",", "{", "}"));
        String names =
                String.valueOf(ask(from, login, NAMES, kind.name(), wanted).getFirst()[0]);
        Map<Integer, Integer> found = new HashMap<>();
        for (@Nullable String[] row : ask(to, login, IDS, kind.name(), names)) {
            found.put(
                    Integer.parseUnsignedInt(String.valueOf(row[0])), Integer.parseUnsignedInt(String.valueOf(row[1])));
        }
        return found;
    }

    /** On a connection of its own: those of the pools may all be waiting for this. */
    private List<@Nullable String[]> ask(ServerAddress server, Login login, String sql, String... parameters)
            throws IOException {
        Backend asked = servers.connect(server, login, Map.of("client_encoding", "UTF8"));
        try {
            return asked.query(sql, parameters);
        } catch (ServerError e) {
            throw new IOException(e);
        } finally {
            asked.discard();
        }
    }
}
