package io.understudy.capture;

import io.understudy.log.Form;
import io.understudy.log.Form.TableChanges;
import io.understudy.log.TableShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From captured images to the net changes an entry carries. Pure: the same images give the same parts in the same order (tables in the order they were first changed).
 */
public final class NetChanges {
    private final Shapes shapes;

    public NetChanges(Shapes shapes) {
        this.shapes = shapes;
    }

    /** Net changes of a transaction without logged DDL. */
    public List<TableChanges> of(List<CapturedRow> rows) throws StaleShapeException {
        Map<Integer, TableSum> sums = new LinkedHashMap<>();
        for (CapturedRow row : rows) {
            TableSum sum = sums.get(row.rel());
            if (sum == null) {
                sum = new TableSum(shape(row));
                sums.put(row.rel(), sum);
            }
            sum.add(row);
        }
        List<TableChanges> parts = new ArrayList<>();
        for (TableSum sum : sums.values()) {
            sum.net().ifPresent(parts::add);
        }
        return parts;
    }

    /**
     * Net changes cut at DDL: an image has the shape of its moment.
     *
     * @param rows sorted by their moment
     * @param cuts the DDL that is in the log, sorted by its moment, each with the part that stands for it
     */
    public Form.Rows of(List<CapturedRow> rows, List<Cut> cuts) throws StaleShapeException {
        List<Form.Part> parts = new ArrayList<>();
        int from = 0;
        for (Cut cut : cuts) {
            int to = from;
            while (to < rows.size() && rows.get(to).at() < cut.at()) {
                to++;
            }
            parts.addAll(of(rows.subList(from, to)));
            parts.add(cut.ddl());
            from = to;
        }
        parts.addAll(of(rows.subList(from, rows.size())));
        return new Form.Rows(parts);
    }

    private TableShape shape(CapturedRow row) throws StaleShapeException {
        Optional<TableShape> shape = shapes.shape(row.rel(), row.at());
        if (shape.isEmpty()) {
            throw new StaleShapeException("no shape of table " + Integer.toUnsignedString(row.rel()));
        }
        return shape.get();
    }

    /**
     * A DDL statement between images.
     *
     * @param at {@link SeenDdl#at()}
     */
    public record Cut(long at, Form.Ddl ddl) {}
}
