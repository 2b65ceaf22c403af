package io.understudy.bench.report;

import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Axes;
import io.understudy.bench.figure.Chart.Series;
import java.util.List;
import java.util.Locale;

/** Draws a chart: groups of bars over categories, or lines over numbers. Values are written at the bars, so that no axis has to be read. */
final class Svg {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 380;
    private static final int LEFT = 84;
    private static final int RIGHT = 24;
    private static final int TOP = 44;
    private static final int BOTTOM = 56;
    private static final int LEGEND_LINE = 18;
    private static final int LEGEND_COLUMNS = 3;
    private static final String OURS = "Understudy";
    private static final String OUR_COLOUR = "#1f6feb";
    private static final List<String> COLOURS =
            List.of("#8c8c8c", "#d9822b", "#2e8b57", "#b03060", "#6f42c1", "#17a2b8", "#a0522d", "#444444");

    private final Chart chart;
    private final Scale y;
    private final Scale x;
    private final StringBuilder out = new StringBuilder();

    private Svg(Chart chart) {
        this.chart = chart;
        boolean both = chart.logarithmic() == Axes.BOTH;
        List<Double> ys =
                finite(chart.series().stream().flatMap(s -> s.y().stream()).toList());
        List<Double> xs =
                finite(chart.series().stream().flatMap(s -> s.x().stream()).toList());
        y = Scale.of(ys, both, HEIGHT - BOTTOM, TOP);
        x = Scale.of(xs, chart.logarithmic() != Axes.NONE, LEFT, WIDTH - RIGHT);
    }

    static String draw(Chart chart) {
        return new Svg(chart).drawn();
    }

    private String drawn() {
        int legend = (chart.series().size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS * LEGEND_LINE;
        int height = HEIGHT + legend + 6;
        out.append(String.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n",
                WIDTH, height));
        out.append(String.format("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, height));
        text(WIDTH / 2.0, 22, "middle", "font-size=\"15\"", chart.title());
        text(LEFT - 60, TOP - 12, "start", "fill=\"#555555\"", chart.yTitle());
        text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", "fill=\"#555555\"", chart.xTitle());
        for (double tick : y.ticks()) {
            line(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick), "#e4e4e4", 1);
            text(LEFT - 8, y.at(tick) + 4, "end", "fill=\"#555555\"", Numbers.shortly(tick));
        }
        line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "#888888", 1);
        if (chart.categories().isEmpty()) {
            lines();
        } else {
            bars();
        }
        legend();
        return out.append("</svg>\n").toString();
    }

    private void bars() {
        int groups = chart.categories().size();
        int n = chart.series().size();
        double group = (double) (WIDTH - LEFT - RIGHT) / groups;
        double width = group * 0.84 / n;
        for (int g = 0; g < groups; g++) {
            double from = LEFT + g * group + group * 0.08;
            for (int i = 0; i < n; i++) {
                double value = chart.series().get(i).y().get(g);
                if (!Double.isFinite(value)) {
                    continue;
                }
                double top = y.at(value);
                out.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                        from + i * width,
                        top,
                        width * 0.92,
                        Math.max(0, HEIGHT - BOTTOM - top),
                        colour(i)));
                text(from + (i + 0.46) * width, top - 4, "middle", "font-size=\"10\"", Numbers.shortly(value));
            }
            text(
                    from + group * 0.42,
                    HEIGHT - BOTTOM + 18,
                    "middle",
                    "",
                    chart.categories().get(g));
        }
    }

    private void lines() {
        for (double tick : x.ticks()) {
            line(x.at(tick), HEIGHT - BOTTOM, x.at(tick), HEIGHT - BOTTOM + 5, "#888888", 1);
            text(x.at(tick), HEIGHT - BOTTOM + 18, "middle", "fill=\"#555555\"", Numbers.shortly(tick));
        }
        for (int i = 0; i < chart.series().size(); i++) {
            Series s = chart.series().get(i);
            StringBuilder points = new StringBuilder();
            StringBuilder dots = new StringBuilder();
            boolean few = s.y().size() <= 40;
            for (int k = 0; k < s.y().size(); k++) {
                if (!Double.isFinite(s.y().get(k))) {
                    continue;
                }
                double px = x.at(s.x().get(k));
                double py = y.at(s.y().get(k));
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", px, py));
                if (few) {
                    dots.append(String.format(
                            Locale.ROOT,
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n",
                            px,
                            py,
                            colour(i)));
                }
            }
            out.append(String.format(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
                    points.toString().strip(), colour(i)));
            out.append(dots);
        }
    }

    private void legend() {
        double column = (double) (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS;
        for (int i = 0; i < chart.series().size(); i++) {
            double left = LEFT + i % LEGEND_COLUMNS * column;
            double top = HEIGHT + (double) (i / LEGEND_COLUMNS) * LEGEND_LINE;
            out.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"11\" height=\"11\" fill=\"%s\"/>%n",
                    left,
                    top,
                    colour(i)));
            text(left + 17, top + 10, "start", "", chart.series().get(i).name());
        }
    }

    private void line(double x1, double y1, double x2, double y2, String colour, int width) {
        out.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%d\"/>%n",
                x1,
                y1,
                x2,
                y2,
                colour,
                width));
    }

    private void text(double x, double y, String anchor, String more, String words) {
        if (!words.isEmpty()) {
            out.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>%n",
                    x,
                    y,
                    anchor,
                    more,
                    escaped(words)));
        }
    }

    /** Ours is the same in all charts. */
    private String colour(int i) {
        return chart.series().get(i).name().equals(OURS) ? OUR_COLOUR : COLOURS.get(i % COLOURS.size());
    }

    private static List<Double> finite(List<Double> values) {
        return values.stream().filter(Double::isFinite).toList();
    }

    static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
