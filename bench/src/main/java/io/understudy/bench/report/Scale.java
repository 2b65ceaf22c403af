package io.understudy.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * From values to places along an axis.
 *
 * @param from value at the place {@code begin}
 * @param to value at the place {@code end}
 */
record Scale(double from, double to, boolean logarithmic, double begin, double end) {
    private static final int STEPS = 5;

    /** From zero, or for a logarithmic one from a power of ten, to what all values fit below. */
    static Scale of(List<Double> values, boolean logarithmic, double begin, double end) {
        double max = values.stream().mapToDouble(v -> v).max().orElse(1);
        if (logarithmic) {
            double min =
                    values.stream().mapToDouble(v -> v).filter(v -> v > 0).min().orElse(1);
            double low = Math.pow(10, Math.floor(Math.log10(min)));
            double high = Math.pow(10, Math.ceil(Math.log10(Math.max(max, min))));
            return new Scale(low, high > low ? high : low * 10, true, begin, end);
        }
        double step = step(max <= 0 ? 1 : max);
        return new Scale(0, Math.ceil((max <= 0 ? 1 : max) * 1.05 / step) * step, false, begin, end);
    }

    double at(double value) {
        double share = logarithmic
                ? (Math.log10(Math.max(value, from)) - Math.log10(from)) / (Math.log10(to) - Math.log10(from))
                : (value - from) / (to - from);
        return begin + share * (end - begin);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            for (double t = from; t <= to * 1.0001; t *= 10) {
                ticks.add(t);
            }
        } else {
            double step = step(to);
            for (int i = 0; i * step <= to * 1.0001; i++) {
                ticks.add(i * step);
            }
        }
        return ticks;
    }

    /** 1, 2 or 5 times a power of ten, so that about five of it make the whole. */
    private static double step(double whole) {
        double rough = whole / STEPS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double digit = rough / power;
        return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }
}
