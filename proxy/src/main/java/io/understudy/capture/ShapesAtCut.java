package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.TableShape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shapes of a transaction with DDL, read on its own connection: {@link #beforeDdl} before every DDL statement, by the guard before DDL inside functions, {@link #afterSeal} at the end. An image's shape is the one of
 * the first reading after it: no DDL ran in between, whatever savepoints have undone since (command ids never go back within a transaction).
 *
 * <p>One per transaction; not safe for use by several threads.
 */
public final class ShapesAtCut implements Shapes {
    private static final String SHAPES = "SELECT * FROM understudy.shapes($1)";
    private static final String BEFORE_DDL = "SELECT * FROM understudy.shapes_before_ddl()";

    private final List<Cut> cuts = new ArrayList<>();

    private record Cut(long lastImage, Map<Integer, TableShape> shapes) {}

    /** Reads the shapes of all tables changed so far. To be called before each DDL statement of the transaction, when it has changed any row. */
    public void beforeDdl(Queries connection) throws IOException, ServerError {
        add(connection.query(BEFORE_DDL));
    }

    /** Takes over what the guard has read before DDL inside functions: several readings, told apart by the position of their last change. */
    void beforeNestedDdl(List<@Nullable String[]> readings) {
        int from = 0;
        for (int i = 1; i <= readings.size(); i++) {
            if (i == readings.size() || !Objects.equals(readings.get(i)[1], readings.get(from)[1])) {
                add(readings.subList(from, i));
                from = i;
            }
        }
        // Of two readings after the same change the one that was first made stays first: the other came after a DDL
        // statement.
        cuts.sort(Comparator.comparingLong(Cut::lastImage));
    }

    /** Reads the shapes at the end of the transaction, of the tables that have images. */
    public void afterSeal(Queries connection, Sealed sealed) throws IOException, ServerError {
        cuts.add(new Cut(Long.MAX_VALUE, read(connection, sealed.tables())));
    }

    /**
     * Whether {@link #beforeDdl} was called before each logged DDL command that came after a change. If not, a statement ran DDL unnoticed, and what its images mean is not known.
     */
    public boolean complete(Sealed sealed) {
        for (SeenDdl ddl : sealed.loggedDdl()) {
            long last = Long.MIN_VALUE;
            for (CapturedRow row : sealed.rows()) {
                if (row.at() < ddl.at()) {
                    last = row.at();
                }
            }
            long lastImage = last;
            if (lastImage != Long.MIN_VALUE
                    && cuts.stream().noneMatch(c -> c.lastImage >= lastImage && c.lastImage < ddl.at())) {
                return false;
            }
        }
        return true;
    }

    /** Shapes of these tables as they are now on that connection. */
    private static Map<Integer, TableShape> read(Queries connection, Collection<Integer> rels)
            throws IOException, ServerError {
        String oids = rels.stream().map(Integer::toUnsignedString).collect(Collectors.joining(",", "{", "}"));
        return parse(connection.query(SHAPES, oids));
    }

    private void add(List<@Nullable String[]> answer) {
        if (!answer.isEmpty()) {
            cuts.add(new Cut(Long.parseLong(Objects.requireNonNull(answer.getFirst()[1])), parse(answer)));
        }
    }

    @Override
    public Optional<TableShape> shape(int rel, long at) {
        for (Cut cut : cuts) {
            if (at <= cut.lastImage) {
                return Optional.ofNullable(cut.shapes.get(rel));
            }
        }
        return Optional.empty();
    }

    private static Map<Integer, TableShape> parse(List<@Nullable String[]> answer) {
        Map<Integer, List<@Nullable String[]>> columns = new HashMap<>();
        for (@Nullable String[] row : answer) {
            columns.computeIfAbsent(Integer.parseUnsignedInt(Objects.requireNonNull(row[0])), r -> new ArrayList<>())
                    .add(row);
        }
        Map<Integer, TableShape> shapes = new HashMap<>();
        columns.forEach((rel, rows) -> shapes.put(rel, shape(rows)));
        return shapes;
    }

    private static TableShape shape(List<@Nullable String[]> rows) {
        List<TableShape.Column> columns = new ArrayList<>();
        Map<Integer, String> key = new TreeMap<>();
        for (@Nullable String[] row : rows) {
            String name = row[4];
            if (name != null) {
                columns.add(new TableShape.Column(name, "t".equals(row[5]), "t".equals(row[6])));
                if (row[7] != null) {
                    key.put(Integer.parseInt(row[7]), name);
                }
            }
        }
        @Nullable String[] first = rows.getFirst();
        return new TableShape(
                Objects.requireNonNull(first[2]), Objects.requireNonNull(first[3]), columns, List.copyOf(key.values()));
    }
}
