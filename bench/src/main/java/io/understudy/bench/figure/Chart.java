package io.understudy.bench.figure;

import java.util.List;

/**
 * A chart as data.
 *
 * @param file name without extension, unique in the report
 * @param categories along the x axis; empty if x is a number
 * @param series with categories: one y for each of them, NaN where there is none
 * @param logarithmic whether the axes of numbers are logarithmic
 */
public record Chart(
        String file,
        String title,
        String xTitle,
        String yTitle,
        List<String> categories,
        List<Series> series,
        Axes logarithmic) {
    public Chart {
        categories = List.copyOf(categories);
        series = List.copyOf(series);
        for (Series s : series) {
            if (!categories.isEmpty() && s.y().size() != categories.size()) {
                throw new IllegalArgumentException(
                        s.name() + " has " + s.y().size() + " values for " + categories.size() + " categories");
            }
        }
    }

    /** Which axes are logarithmic. */
    public enum Axes {
        NONE,
        X,
        BOTH
    }

    /**
     * What belongs together.
     *
     * @param x empty where there are categories
     */
    public record Series(String name, List<Double> x, List<Double> y) {
        public Series {
            x = List.copyOf(x);
            y = List.copyOf(y);
            if (!x.isEmpty() && x.size() != y.size()) {
                throw new IllegalArgumentException(name + " has " + x.size() + " x and " + y.size() + " y");
            }
        }
    }

    /** Groups of bars. */
    public static Chart bars(String file, String title, String yTitle, List<String> categories, List<Series> series) {
        return new Chart(file, title, "", yTitle, categories, series, Axes.NONE);
    }

    /** Lines over numbers. */
    public static Chart lines(
            String file, String title, String xTitle, String yTitle, Axes logarithmic, List<Series> series) {
        return new Chart(file, title, xTitle, yTitle, List.of(), series, logarithmic);
    }
}
