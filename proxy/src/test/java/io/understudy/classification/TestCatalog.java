package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.DatabaseCatalog.Cast;
import io.understudy.catalog.DatabaseCatalog.Function;
import io.understudy.catalog.Relation;
import io.understudy.catalog.Relation.Column;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A catalog as PostgreSQL 15 has it after initdb, with a few tables and functions of users. */
final class TestCatalog {
    static final List<String> PUBLIC = List.of("public");
    private static final Map<String, Integer> TYPES = Map.ofEntries(
            Map.entry("int", 23),
            Map.entry("bigint", 20),
            Map.entry("text", 25),
            Map.entry("numeric", 1700),
            Map.entry("timestamp", 1114),
            Map.entry("timestamptz", 1184),
            Map.entry("float8", 701),
            Map.entry("uuid", 2950),
            Map.entry("bpchar", 1042),
            Map.entry("bool", 16),
            Map.entry("mood", 16_500));

    private final Map<String, Map<String, Relation>> relations = new HashMap<>();
    private final Map<String, List<Function>> functions = new HashMap<>();
    private Set<String> volatileOperators = Set.of();
    private List<Cast> volatileCasts = List.of();
    private Set<String> userOperators = Set.of();
    private boolean userCasts;
    private long version = 1;
    private int oid = 20_000;

    static TestCatalog postgres() {
        TestCatalog c = new TestCatalog();
        for (String line : resource("functions.txt")) {
            String[] f = line.split(" ");
            for (char v : f[1].toCharArray()) {
                c.functions
                        .computeIfAbsent(f[0], k -> new ArrayList<>())
                        .add(new Function(++c.oid, "pg_catalog", f[0], v, true, Optional.empty(), ""));
            }
        }
        for (String line : resource("relations.txt")) {
            String[] r = line.split(" ");
            boolean locks = r[1].equals("pg_locks");
            c.put(new Relation(
                    ++c.oid,
                    r[0],
                    r[1],
                    r[2].charAt(0),
                    'p',
                    List.of(),
                    List.of(),
                    "is not an ordinary table",
                    false,
                    locks,
                    Set.of()));
        }
        c.table("pgbench_accounts", "aid!:int bid:int abalance:int filler:bpchar");
        c.table("pgbench_tellers", "tid!:int bid:int tbalance:int filler:bpchar");
        c.table("pgbench_branches", "bid!:int bbalance:int filler:bpchar");
        c.table("pgbench_history", "tid:int bid:int aid:int delta:int mtime:timestamp filler:bpchar");
        c.table(
                "orders",
                "id!:bigint customer:int note:text amount:numeric placed:timestamptz weight:float8 version:int");
        c.table("serials", "id!:bigint=s note:text");
        c.table("lines", "order_id!:bigint line!:int item:text code:uuid done:bool");
        c.table("t", "a:int b:text");
        c.table("Mixed Case", "id!:int");
        c.table("moods", "id!:int m:mood");
        c.view("order_view", false);
        c.view("volatile_view", true);
        c.relation("seq", 'S', List.of(), List.of(), true);
        c.relation("triggered", 'r', c.columns("id!:int n:int"), List.of("id"), false);
        c.function("stable_function", 's').function("volatile_function", 'v').function("abs_like", 'i');
        return c;
    }

    TestCatalog function(String name, char volatility) {
        functions
                .computeIfAbsent(name, k -> new ArrayList<>())
                .add(new Function(++oid, "public", name, volatility, false, Optional.empty(), ""));
        return this;
    }

    /** A volatile function of a user's in SQL or PL/pgSQL. */
    TestCatalog function(String name, String source) {
        functions
                .computeIfAbsent(name, k -> new ArrayList<>())
                .add(new Function(++oid, "public", name, 'v', false, Optional.of(source), ""));
        return this;
    }

    TestCatalog volatileOperators(String... names) {
        volatileOperators = Set.of(names);
        return this;
    }

    TestCatalog volatileCasts(Cast... casts) {
        volatileCasts = List.of(casts);
        return this;
    }

    TestCatalog userOperators(String... names) {
        userOperators = Set.of(names);
        return this;
    }

    TestCatalog userCasts() {
        userCasts = true;
        return this;
    }

    TestCatalog version(long v) {
        version = v;
        return this;
    }

    TestCatalog table(String name, String columns) {
        List<Column> all = columns(columns);
        List<String> key = Arrays.stream(columns.split(" "))
                .filter(c -> c.contains("!"))
                .map(c -> c.substring(0, c.indexOf('!')))
                .toList();
        boolean sequences = all.stream().anyMatch(c -> c.hasDefault());
        put(new Relation(++oid, "public", name, 'r', 'p', all, key, "", sequences, false, Set.of()));
        return this;
    }

    DatabaseCatalog build() {
        return new DatabaseCatalog(
                version, relations, functions, volatileOperators, volatileCasts, userOperators, userCasts, false, "");
    }

    private List<Column> columns(String text) {
        return Arrays.stream(text.split(" "))
                .map(c -> {
                    String[] parts = c.replace("!", "").split("[:=]");
                    boolean serial = c.endsWith("=s");
                    return new Column(
                            parts[0], TYPES.getOrDefault(parts[1], 0), parts[1], false, serial, !serial, '\0', '\0');
                })
                .toList();
    }

    private void view(String name, boolean readsVolatile) {
        put(new Relation(
                ++oid,
                "public",
                name,
                'v',
                'p',
                List.of(),
                List.of(),
                "is not an ordinary table",
                false,
                readsVolatile,
                Set.of()));
    }

    private void relation(String name, char kind, List<Column> columns, List<String> key, boolean sequences) {
        put(new Relation(++oid, "public", name, kind, 'p', columns, key, "has a trigger", sequences, false, Set.of()));
    }

    private void put(Relation r) {
        relations.computeIfAbsent(r.schema(), k -> new HashMap<>()).put(r.name(), r);
    }

    static List<String> resource(String name) {
        try (InputStream in = TestCatalog.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
