package io.understudy.admin;

import io.understudy.admin.StatusReport.Node;
import io.understudy.topology.NodeLoad.Took;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last hour, one sample a second: lag, and reads and writes per second of each node. What a page needs to show more than what it has seen itself. For any thread. */
final class History {
    /** Distance of samples. */
    static final long PERIOD_MILLIS = 1_000;

    private static final int SAMPLES_MAX = 3_600;

    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Map<String, Node> before = new HashMap<>();
    private long beforeMillis;

    private record Sample(long millis, Map<String, Point> nodes) {}

    private record Point(
            long lagEntries,
            double lagSeconds,
            double reads,
            double writes,
            @Nullable Double readMillis,
            @Nullable Double commitMillis) {}

    /** Samples by columns. */
    record Columns(List<Long> at, Map<String, Series> nodes) {}

    /** One node's; as long as the list of times, null where the node was not known, or nothing took time. */
    record Series(
            List<Long> lagEntries,
            List<Double> lagSeconds,
            List<Double> reads,
            List<Double> writes,
            List<@Nullable Double> readMillis,
            List<@Nullable Double> commitMillis) {
        Series() {
            this(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }
    }

    synchronized void add(long millis, List<Node> nodes) {
        Map<String, Point> points = new HashMap<>();
        double seconds = (millis - beforeMillis) / 1000.0;
        for (Node node : nodes) {
            Node then = before.put(node.name(), node);
            points.put(
                    node.name(),
                    new Point(
                            node.lagEntries(),
                            node.lagSeconds(),
                            then == null ? 0 : rate(node.reads() - then.reads(), seconds),
                            then == null ? 0 : rate(node.writes() - then.writes(), seconds),
                            then == null ? null : mean(then.readTime(), node.readTime()),
                            then == null ? null : mean(then.commitTime(), node.commitTime())));
        }
        beforeMillis = millis;
        samples.addLast(new Sample(millis, points));
        if (samples.size() > SAMPLES_MAX) {
            samples.removeFirst();
        }
    }

    /** The last {@code seconds} of it. */
    synchronized Columns last(long seconds) {
        List<Long> at = new ArrayList<>();
        Map<String, Series> nodes = new LinkedHashMap<>();
        long from = samples.isEmpty() ? 0 : samples.getLast().millis() - seconds * 1000;
        for (Sample s : samples) {
            if (s.millis() < from) {
                continue;
            }
            at.add(s.millis());
            s.nodes().forEach((name, point) -> {
                Series series = nodes.computeIfAbsent(name, n -> new Series());
                fill(series, at.size() - 1);
                series.lagEntries().add(point.lagEntries());
                series.lagSeconds().add(point.lagSeconds());
                series.reads().add(point.reads());
                series.writes().add(point.writes());
                series.readMillis().add(point.readMillis());
                series.commitMillis().add(point.commitMillis());
            });
        }
        nodes.values().forEach(series -> fill(series, at.size()));
        return new Columns(at, nodes);
    }

    private static void fill(Series series, int length) {
        while (series.lagEntries().size() < length) {
            series.lagEntries().add(null);
            series.lagSeconds().add(null);
            series.reads().add(null);
            series.writes().add(null);
            series.readMillis().add(null);
            series.commitMillis().add(null);
        }
    }

    /** Of what came since, in milliseconds; null if nothing did. */
    private static @Nullable Double mean(Took then, Took now) {
        long count = now.count() - then.count();
        return count <= 0 ? null : Math.max(0, now.micros() - then.micros()) / count / 1000.0;
    }

    private static double rate(long count, double seconds) {
        return seconds <= 0 ? 0 : Math.round(Math.max(0, count) / seconds * 10) / 10.0;
    }
}
