package io.understudy.repair;

import io.understudy.repair.DatabaseSums.SequenceSum;
import io.understudy.repair.DatabaseSums.TableSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * How the nodes' databases compare at one index.
 *
 * @param index 0 if no node has a result
 * @param nodes whose results were compared
 * @param tables tables that are not the same everywhere
 * @param objects what the catalogs do not say alike
 * @param details parts of tables, or keys of rows, that are not the same everywhere, if they were asked for
 * @param lost tables that were dropped, truncated or rewritten on some node before it had summed them up: nothing is known of them
 * @param sequences sequences that do not stand at the same value everywhere
 */
public record VerificationReport(
        long index,
        List<String> nodes,
        List<Difference> tables,
        List<Difference> sequences,
        List<Difference> objects,
        List<Difference> details,
        List<String> lost) {
    public VerificationReport {
        nodes = List.copyOf(nodes);
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
        objects = List.copyOf(objects);
        details = List.copyOf(details);
        lost = List.copyOf(lost);
    }

    /**
     * A table or sequence that differs.
     *
     * @param found by node what it has there, "missing" if nothing
     */
    public record Difference(String name, Map<String, String> found) {
        public Difference {
            found = Map.copyOf(found);
        }
    }

    public boolean equal() {
        return tables.isEmpty() && sequences.isEmpty() && objects.isEmpty();
    }

    /**
     * @param results by node
     * @throws IllegalArgumentException if they are not of the same verification point
     */
    public static VerificationReport compare(Map<String, DatabaseSums> results) {
        List<String> nodes = List.copyOf(new TreeSet<>(results.keySet()));
        if (results.values().stream().map(DatabaseSums::point).distinct().count() > 1) {
            throw new IllegalArgumentException("results of different verification points");
        }
        long index = results.values().stream()
                .mapToLong(DatabaseSums::index)
                .findFirst()
                .orElse(0);
        List<String> lost = results.values().stream()
                .flatMap(r -> r.tables().entrySet().stream())
                .filter(t -> t.getValue().equals(TableSum.LOST))
                .map(Map.Entry::getKey)
                .distinct()
                .sorted()
                .toList();
        return new VerificationReport(
                index,
                nodes,
                differences(results, DatabaseSums::tables, VerificationReport::text).stream()
                        .filter(d -> !lost.contains(d.name()))
                        .toList(),
                differences(results, DatabaseSums::sequences, VerificationReport::text),
                differences(results, DatabaseSums::objects, Function.identity()),
                differences(results, DatabaseSums::details, Function.identity()),
                lost);
    }

    private static <T> List<Difference> differences(
            Map<String, DatabaseSums> results, Function<DatabaseSums, Map<String, T>> part, Function<T, String> text) {
        TreeSet<String> names = new TreeSet<>();
        results.values().forEach(r -> names.addAll(part.apply(r).keySet()));
        List<Difference> differences = new ArrayList<>();
        for (String name : names) {
            Map<String, String> found = new TreeMap<>();
            results.forEach((node, r) -> found.put(
                    node, Optional.ofNullable(part.apply(r).get(name)).map(text).orElse("missing")));
            if (found.values().stream().distinct().count() > 1) {
                differences.add(new Difference(name, found));
            }
        }
        return differences;
    }

    private static String text(TableSum t) {
        return t.rows() < 0 ? "not populated" : t.rows() + " rows, checksum " + t.checksum();
    }

    private static String text(SequenceSum s) {
        return s.value() + (s.called() ? "" : " (not used yet)");
    }
}
