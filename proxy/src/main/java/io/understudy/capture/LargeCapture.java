package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.Form;
import io.understudy.log.Form.LongRow;
import io.understudy.log.Form.TableChanges;
import io.understudy.log.RowChange;
import io.understudy.log.TableShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a large transaction changed piece by piece, by a cursor on its own connection: neither here nor in the server do all images have to fit in memory.
 *
 * <h2>Order</h2>
 * The transaction is cut at its DDL, as {@link NetChanges} cuts it, and a piece never reaches over a cut. Between two cuts, emptied tables come first. Then, where no row was
 * changed twice, images come as they were captured: each stands for itself, so their order means nothing but that unique keys may change owners in it. Otherwise, and
 * where rows without a key have both gone and come, the server adds the images up, and every row that is gone comes before every row that has come.
 *
 * <p>One per transaction, used by one thread.
 */
public final class LargeCapture {
    private static final String TABLES = "SELECT * FROM understudy.large_tables($1, $2)";
    private static final String TOUCHED_TWICE = "SELECT understudy.large_touched_twice($1, $2, $3, $4, $5)";
    private static final String OPEN = "SELECT images, hex FROM understudy.large_open($1, $2, $3, $4, $5)";
    private static final String NEXT = "SELECT * FROM understudy.large_next($1, $2, $3, $4)";
    private static final String PIECE = "SELECT understudy.large_piece($1, $2)";
    private static final String FORGET = "SELECT understudy.large_forget($1)";

    private final Queries connection;
    private final String secret;
    private final long pieceBytes;
    private final Queue<Step> steps = new ArrayDeque<>();
    private @Nullable Cursor cursor;
    private Optional<LongRow> longRow = Optional.empty();
    private long pieceBytesLeft;
    private long piece;

    /** What is to come, in order. */
    private sealed interface Step {
        /** Ready to be given out. */
        record Parts(List<Form.Part> parts) implements Step {}

        /** To be read. */
        record Images(Stretch stretch) implements Step {}
    }

    /** What happened to one table between two cuts. */
    private record Table(int rel, TableShape shape, Optional<Long> truncatedAt, boolean gone, boolean come) {
        boolean mixed() {
            return gone && come;
        }
    }

    /** All that happened between two cuts. */
    private record Stretch(long from, long to, List<Table> tables) {
        String truncations() {
            return tables.stream()
                    .filter(t -> t.truncatedAt.isPresent())
                    .map(t -> "\"" + Integer.toUnsignedString(t.rel) + "\":" + t.truncatedAt.get())
                    .collect(Collectors.joining(",", "{", "}"));
        }

        String mixed() {
            return tables.stream()
                    .filter(Table::mixed)
                    .map(t -> Integer.toUnsignedString(t.rel))
                    .collect(Collectors.joining(",", "{", "}"));
        }

        boolean anyMixed(boolean keylessOnly) {
            return tables.stream()
                    .anyMatch(t -> t.mixed() && !(keylessOnly && !t.shape.key().isEmpty()));
        }
    }

    private record Cursor(String name, boolean hex, Map<Integer, TableShape> shapes) {}

    private LargeCapture(Queries connection, String secret, long pieceBytes) {
        this.connection = connection;
        this.secret = secret;
        this.pieceBytes = pieceBytes;
    }

    static LargeCapture begin(
            Queries connection, String secret, long pieceBytes, Shapes shapes, List<NetChanges.Cut> cuts)
            throws IOException, ServerError, StaleShapeException {
        String at = cuts.stream().map(c -> Long.toString(c.at())).collect(Collectors.joining(",", "{", "}"));
        Map<Integer, List<Table>> tables = new LinkedHashMap<>();
        for (@Nullable String[] row : connection.query(TABLES, secret, at)) {
            tables.computeIfAbsent(Integer.parseInt(present(row[0])), s -> new ArrayList<>())
                    .add(table(row, shapes));
        }
        LargeCapture capture = new LargeCapture(connection, secret, pieceBytes);
        List<Form.Part> ddl = new ArrayList<>();
        for (int i = 0; i <= cuts.size(); i++) {
            List<Table> changed = tables.getOrDefault(i, List.of());
            if (!changed.isEmpty()) {
                capture.give(ddl);
                long from = i == 0 ? 0 : cuts.get(i - 1).at();
                long to = i == cuts.size() ? Long.MAX_VALUE : cuts.get(i).at();
                capture.give(new Stretch(from, to, changed));
            }
            if (i < cuts.size()) {
                ddl.add(cuts.get(i).ddl());
            }
        }
        capture.give(ddl);
        return capture;
    }

    private static Table table(@Nullable String[] row, Shapes shapes) throws StaleShapeException {
        int rel = Integer.parseUnsignedInt(present(row[1]));
        Optional<TableShape> shape = shapes.shape(rel, Long.parseLong(present(row[2])));
        if (shape.isEmpty()) {
            throw new StaleShapeException("no shape of table " + Integer.toUnsignedString(rel));
        }
        return new Table(
                rel,
                shape.get(),
                Optional.ofNullable(row[3]).map(Long::valueOf),
                !"0".equals(row[4]),
                !"0".equals(row[5]));
    }

    private void give(List<Form.Part> ddl) {
        if (!ddl.isEmpty()) {
            steps.add(new Step.Parts(List.copyOf(ddl)));
            ddl.clear();
        }
    }

    private void give(Stretch stretch) {
        List<Form.Part> emptied = new ArrayList<>();
        for (Table t : stretch.tables) {
            if (t.truncatedAt.isPresent()) {
                emptied.add(new TableChanges(t.shape, true, List.of()));
            }
        }
        if (!emptied.isEmpty()) {
            steps.add(new Step.Parts(emptied));
        }
        if (stretch.tables.stream().anyMatch(t -> t.gone || t.come)) {
            steps.add(new Step.Images(stretch));
        }
    }

    /**
     * What comes next: DDL, changes of one or more tables, or, each by itself, a row that is too long and then the pieces of its images.
     *
     * @return empty at the end
     */
    public List<Form.Part> next() throws IOException, ServerError {
        while (true) {
            Cursor open = cursor;
            if (open != null && longRow.isPresent()) {
                LongRow head = longRow.get();
                longRow = Optional.empty();
                pieceBytesLeft = head.bytes();
                return List.of(head);
            }
            if (open != null && pieceBytesLeft > 0) {
                return List.of(piece(open));
            }
            if (open != null) {
                List<@Nullable String[]> rows =
                        connection.query(NEXT, secret, open.name, Long.toString(pieceBytes), Long.toString(piece));
                if (rows.isEmpty()) {
                    cursor = null;
                    continue;
                }
                longRow = longRow(rows.getLast(), open);
                List<Form.Part> changes = changes(longRow.isPresent() ? rows.subList(0, rows.size() - 1) : rows, open);
                if (changes.isEmpty()) {
                    continue;
                }
                return changes;
            }
            switch (steps.poll()) {
                case Step.Parts p -> {
                    return p.parts;
                }
                case Step.Images i -> cursor = open(i.stretch);
                case null -> {
                    return List.of();
                }
            }
        }
    }

    private Cursor open(Stretch s) throws IOException, ServerError {
        boolean summed = s.anyMixed(true) || (s.anyMixed(false) && touchedTwice(s));
        @Nullable
        String[] row = connection
                .query(
                        OPEN,
                        secret,
                        Long.toString(s.from),
                        Long.toString(s.to),
                        s.truncations(),
                        Boolean.toString(summed))
                .getFirst();
        Map<Integer, TableShape> shapes = s.tables.stream().collect(Collectors.toMap(Table::rel, Table::shape));
        return new Cursor(present(row[0]), "t".equals(row[1]), shapes);
    }

    private boolean touchedTwice(Stretch s) throws IOException, ServerError {
        String answer = connection.query(
                        TOUCHED_TWICE, secret, s.mixed(), Long.toString(s.from), Long.toString(s.to), s.truncations())
                .getFirst()[0];
        return "t".equals(answer);
    }

    private static Optional<LongRow> longRow(@Nullable String[] row, Cursor of) {
        if (row[3] == null) {
            return Optional.empty();
        }
        TableShape shape = Objects.requireNonNull(of.shapes.get(Integer.parseUnsignedInt(present(row[0]))));
        return Optional.of(new LongRow(shape, Long.parseLong(present(row[3])), Long.parseLong(present(row[4]))));
    }

    private Form.Piece piece(Cursor of) throws IOException, ServerError {
        String text = present(
                text(connection.query(PIECE, secret, Long.toString(piece++)).getFirst()[0], of));
        pieceBytesLeft -= text.getBytes(StandardCharsets.UTF_8).length;
        return new Form.Piece(text);
    }

    private static List<Form.Part> changes(List<@Nullable String[]> rows, Cursor of) {
        Map<Integer, List<RowChange>> byTable = new LinkedHashMap<>();
        for (@Nullable String[] row : rows) {
            byTable.computeIfAbsent(Integer.parseUnsignedInt(present(row[0])), r -> new ArrayList<>())
                    .add(change(text(row[1], of), text(row[2], of)));
        }
        List<Form.Part> parts = new ArrayList<>();
        byTable.forEach((rel, changes) ->
                parts.add(new TableChanges(Objects.requireNonNull(of.shapes.get(rel)), false, changes)));
        return parts;
    }

    private static RowChange change(@Nullable String before, @Nullable String after) {
        if (before == null) {
            return new RowChange.Insert(present(after));
        }
        return after == null ? new RowChange.Delete(before) : new RowChange.Update(before, after);
    }

    private static @Nullable String text(@Nullable String value, Cursor of) {
        return value == null || !of.hex ? value : new String(HexFormat.of().parseHex(value), StandardCharsets.UTF_8);
    }

    /** All was read: the server may delete it. */
    public void finish() throws IOException, ServerError {
        connection.query(FORGET, secret);
    }

    private static String present(@Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException("null where the server's answer has none");
        }
        return value;
    }
}
