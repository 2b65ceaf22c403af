package io.understudy.catalog;

import io.understudy.catalog.DatabaseCatalog.Cast;
import io.understudy.catalog.DatabaseCatalog.Company;
import io.understudy.catalog.DatabaseCatalog.Function;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the database says about itself. What initdb made is read once and kept; every later snapshot costs a few queries over the user's own objects.
 *
 * <p>Safe for use by many threads. One per server: a server of another version has other system objects.
 */
public final class CatalogReader {
    private static final String CONSISTENCIES = """
            SELECT coalesce(r.rolname, ''), pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)
              FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c
              LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
             WHERE c LIKE 'understudy.consistency=%' AND (s.setrole = 0 OR r.oid IS NOT NULL)
               AND s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
             ORDER BY s.setdatabase
            """;

    private final AtomicLong version = new AtomicLong();
    private volatile @Nullable SystemObjects system;

    private record SystemObjects(List<Relation> relations, List<Function> functions, Set<String> volatileOperators) {}

    /**
     * Reads a snapshot through the node's own connection, in one transaction; the connection must be in autocommit mode.
     *
     * @return a snapshot with a version above all that this reader gave before
     */
    public DatabaseCatalog read(Connection node) throws SQLException {
        node.setAutoCommit(false);
        try (Statement s = node.createStatement()) {
            s.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            s.execute("SET LOCAL search_path = pg_catalog");
            long number = version.incrementAndGet();
            SystemObjects kept = system;
            if (kept == null) {
                kept = new SystemObjects(
                        ViewDepth.resolve(RelationRows.read(s, "c.oid < 16384"), List.of()),
                        functions(s, "p.oid < 16384"),
                        operators(s, "o.oid < 16384"));
                system = kept;
            }
            return assemble(number, s, kept, RelationRows.read(s, "c.oid >= 16384"), functions(s, "p.oid >= 16384"));
        } finally {
            node.rollback();
            node.setAutoCommit(true);
        }
    }

    private static DatabaseCatalog assemble(
            long number, Statement s, SystemObjects system, List<Relation> relations, List<Function> functions)
            throws SQLException {
        Map<String, Map<String, Relation>> bySchema = new HashMap<>();
        for (List<Relation> some : List.of(system.relations, ViewDepth.resolve(relations, system.relations))) {
            for (Relation r : some) {
                bySchema.computeIfAbsent(r.schema(), n -> new HashMap<>()).put(r.name(), r);
            }
        }
        Map<String, List<Function>> byName = new HashMap<>();
        for (List<Function> some : List.of(system.functions, functions)) {
            for (Function f : some) {
                byName.computeIfAbsent(f.name(), n -> new ArrayList<>()).add(f);
            }
        }
        Set<String> operators = new HashSet<>(system.volatileOperators);
        operators.addAll(operators(s, "o.oid >= 16384"));
        List<Cast> casts = casts(s);
        Set<String> onBuiltInTypes = names(s, CatalogSql.OPERATORS_ON_BUILT_IN_TYPES);
        try (ResultSet r = s.executeQuery(CatalogSql.FACTS)) {
            r.next();
            return new DatabaseCatalog(
                    number,
                    bySchema,
                    byName,
                    operators,
                    casts,
                    onBuiltInTypes,
                    r.getBoolean(1),
                    r.getBoolean(2),
                    r.getString(3));
        }
    }

    private static List<Cast> casts(Statement s) throws SQLException {
        List<Cast> casts = new ArrayList<>();
        try (ResultSet r = s.executeQuery(CatalogSql.VOLATILE_CASTS)) {
            while (r.next()) {
                casts.add(new Cast(
                        (int) r.getLong(1),
                        (int) r.getLong(2),
                        r.getString(3),
                        r.getString(4).charAt(0),
                        new Company(
                                Stream.of((Long[]) r.getArray(5).getArray())
                                        .map(Long::intValue)
                                        .collect(Collectors.toSet()),
                                texts(r, 6),
                                texts(r, 7),
                                texts(r, 8))));
            }
        }
        return casts;
    }

    private static Set<String> texts(ResultSet r, int column) throws SQLException {
        return new HashSet<>(List.of((String[]) r.getArray(column).getArray()));
    }

    private static List<Function> functions(Statement s, String which) throws SQLException {
        List<Function> functions = new ArrayList<>();
        try (ResultSet r = s.executeQuery(CatalogSql.functions(which))) {
            while (r.next()) {
                functions.add(new Function(
                        (int) r.getLong(1),
                        r.getString(2),
                        r.getString(3),
                        r.getString(4).charAt(0),
                        r.getBoolean(5),
                        Optional.ofNullable(r.getString(6)),
                        r.getString(7)));
            }
        }
        return functions;
    }

    private static Set<String> operators(Statement s, String which) throws SQLException {
        return names(
                s,
                "SELECT DISTINCT o.oprname FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode WHERE p.provolatile = 'v' AND "
                        + which);
    }

    private static Set<String> names(Statement s, String sql) throws SQLException {
        Set<String> names = new HashSet<>();
        try (ResultSet r = s.executeQuery(sql)) {
            while (r.next()) {
                names.add(r.getString(1));
            }
        }
        return names;
    }

    /**
     * Password verifiers of the roles that may log in, as pg_authid holds them; only those that begin with {@code SCRAM-SHA-256$} are of use. Needs a superuser.
     */
    public Map<String, String> verifiers(Connection node) throws SQLException {
        Map<String, String> verifiers = new HashMap<>();
        try (Statement s = node.createStatement();
                ResultSet r = s.executeQuery("SELECT rolname, rolpassword FROM pg_catalog.pg_authid"
                        + " WHERE rolcanlogin AND rolpassword IS NOT NULL")) {
            while (r.next()) {
                verifiers.put(r.getString(1), r.getString(2));
            }
        }
        return verifiers;
    }

    /** Roles that may do everything. */
    /** Values of {@code understudy.consistency} by role, the empty name standing for all; what is given for this database goes before what is given for all of them. */
    public Map<String, String> consistencies(Connection node) throws SQLException {
        Map<String, String> found = new HashMap<>();
        try (Statement s = node.createStatement();
                ResultSet r = s.executeQuery(CONSISTENCIES)) {
            while (r.next()) {
                found.put(r.getString(1), r.getString(2));
            }
        }
        return found;
    }

    public Set<String> superusers(Connection node) throws SQLException {
        try (Statement s = node.createStatement()) {
            return names(s, "SELECT rolname FROM pg_catalog.pg_roles WHERE rolsuper");
        }
    }
}
