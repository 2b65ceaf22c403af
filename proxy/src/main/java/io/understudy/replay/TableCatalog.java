package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.TableShape;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Statements per table, made once for each shape. Forgotten after DDL, which may change what they were made for. */
final class TableCatalog {
    private static final int TABLES_MAX = 10_000;
    private static final String DEFAULT_EQUALS = "OPERATOR(pg_catalog.=)";

    /** Which operator the primary key's index takes for equality: not "=" of whatever schema comes first, types of extensions have their own. */
    private static final String KEY_OPERATORS = """
            SELECT a.attname, 'OPERATOR(' || quote_ident(n.nspname) || '.' || o.oprname || ')'
              FROM pg_index i
              CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indclass::oid[]) AS k(attnum, opclass)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
              JOIN pg_opclass c ON c.oid = k.opclass
              JOIN pg_amop m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype
                            AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3 AND m.amopmethod = 403
              JOIN pg_operator o ON o.oid = m.amopopr
              JOIN pg_namespace n ON n.oid = o.oprnamespace
             WHERE i.indisprimary AND i.indrelid = (
                   SELECT r.oid FROM pg_class r JOIN pg_namespace s ON s.oid = r.relnamespace WHERE s.nspname = $1 AND r.relname = $2)
            """;

    private final Map<Wanted, TableSql> tables = new LinkedHashMap<>();
    private long generation;

    /** @param everyDomain whether no domain may refuse a row */
    private record Wanted(TableShape shape, boolean everyDomain) {}

    /** For rows of which any that is refused goes {@linkplain #loadForAny another way}. */
    TableSql load(TableShape shape, Queries database) throws IOException, ServerError {
        return load(new Wanted(shape, false), database);
    }

    /** For rows of any kind. */
    TableSql loadForAny(TableShape shape, Queries database) throws IOException, ServerError {
        return load(new Wanted(shape, true), database);
    }

    private TableSql load(Wanted wanted, Queries database) throws IOException, ServerError {
        TableSql made = tables.get(wanted);
        if (made == null) {
            TableShape shape = wanted.shape();
            Map<String, String> operators = new HashMap<>();
            if (!shape.key().isEmpty()) {
                for (var row : database.query(KEY_OPERATORS, shape.schema(), shape.name())) {
                    operators.put(String.valueOf(row[0]), String.valueOf(row[1]));
                }
            }
            List<String> inKeyOrder = shape.key().stream()
                    .map(c -> operators.getOrDefault(c, DEFAULT_EQUALS))
                    .toList();
            String table = Sql.qualified(shape.schema(), shape.name());
            Stops stops = wanted.everyDomain() ? Stops.ofEveryDomain(table, database) : Stops.of(table, database);
            made = new TableSql(shape, inKeyOrder, stops, generation);
            if (tables.size() >= TABLES_MAX) {
                tables.clear();
            }
            tables.put(wanted, made);
        }
        return made;
    }

    /** DDL has run, or was rolled back. */
    void forget() {
        generation++;
        tables.clear();
    }
}
