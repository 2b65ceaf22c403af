package io.understudy.bench.figure;

import java.util.ArrayList;
import java.util.List;

/** Of few values, without any assumption about how they are distributed. */
public final class Statistics {
    private Statistics() {}

    /** The middle one, or the mean of the two middle ones. */
    public static double median(List<Double> values) {
        List<Double> sorted = sorted(values);
        int n = sorted.size();
        return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
    }

    /**
     * The smallest value that at least this share of all does not exceed.
     *
     * @param share 0..1
     */
    public static double quantile(List<Double> values, double share) {
        List<Double> sorted = sorted(values);
        return sorted.get(Math.clamp((int) Math.ceil(sorted.size() * share) - 1L, 0, sorted.size() - 1));
    }

    public static double min(List<Double> values) {
        return sorted(values).getFirst();
    }

    public static double max(List<Double> values) {
        return sorted(values).getLast();
    }

    /**
     * How one compares with the other: the median of the ratios of runs of the same round, so that what changes the machine in the course of a measurement
     * changes both sides of each ratio.
     *
     * @param ours runs by round
     * @param theirs runs of the same rounds
     */
    public static double ratio(List<Double> ours, List<Double> theirs) {
        if (ours.size() != theirs.size()) {
            throw new IllegalArgumentException(ours.size() + " runs cannot be paired with " + theirs.size());
        }
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return median(ratios);
    }

    private static List<Double> sorted(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there is no value");
        }
        if (values.stream().anyMatch(v -> v.isNaN())) {
            throw new IllegalArgumentException("not a number among " + values);
        }
        return values.stream().sorted().toList();
    }
}
