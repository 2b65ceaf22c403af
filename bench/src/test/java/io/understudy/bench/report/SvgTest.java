package io.understudy.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Axes;
import io.understudy.bench.figure.Chart.Series;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class SvgTest {
    @Test
    void barsAreAsHighAsTheirValues() throws Exception {
        Chart chart = Chart.bars(
                "f",
                "a < b & c",
                "per second",
                List.of("one", "two"),
                List.of(
                        new Series("x", List.of(), List.of(100.0, 50.0)),
                        new Series("y", List.of(), List.of(Double.NaN, 25.0))));
        Document svg = parsed(Svg.draw(chart));
        List<Double> heights = elements(svg, "rect").stream()
                .filter(r -> !r.getAttribute("height").equals("11") && r.hasAttribute("x"))
                .map(r -> Double.parseDouble(r.getAttribute("height")))
                .toList();
        assertThat(heights).hasSize(3);
        assertThat(heights.get(0) / heights.get(1)).isEqualTo(2, within(0.01));
        assertThat(heights.get(1) / heights.get(2)).isEqualTo(2, within(0.01));
        assertThat(svg.getDocumentElement().getTextContent()).contains("a < b & c", "one", "two");
    }

    @Test
    void equalRatiosAreEqualDistancesOnLogarithmicAxes() throws Exception {
        Chart chart = Chart.lines(
                "f",
                "t",
                "clients",
                "ms",
                Axes.BOTH,
                List.of(new Series("x", List.of(1.0, 10.0, 100.0), List.of(2.0, 20.0, 200.0))));
        String[] points = elements(parsed(Svg.draw(chart)), "polyline")
                .getFirst()
                .getAttribute("points")
                .split("[ ,]");
        double[] p =
                java.util.Arrays.stream(points).mapToDouble(Double::parseDouble).toArray();
        assertThat(p[2] - p[0]).isEqualTo(p[4] - p[2], within(0.2));
        assertThat(p[1] - p[3]).isEqualTo(p[3] - p[5], within(0.2)).isPositive();
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> elements(Document document, String name) {
        var nodes = document.getElementsByTagName(name);
        return java.util.stream.IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }
}
