package io.understudy.bench.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects what a chapter measures, in the order in which the report shows it. For one thread. */
public final class Findings {
    private final List<Bound> bounds = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private final List<Chart> charts = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final List<Measurement> measurements = new ArrayList<>();
    private List<Map<String, String>> contenders = List.of();
    private String verified = "";

    public Findings bound(Bound bound) {
        bounds.add(bound);
        return this;
    }

    public Findings table(String title, List<String> columns, List<List<String>> rows) {
        tables.add(new Table(title, columns, rows));
        return this;
    }

    public Findings chart(Chart chart) {
        charts.add(chart);
        return this;
    }

    /** A sentence for readers. */
    public Findings note(String sentence) {
        notes.add(sentence);
        return this;
    }

    /** What could not be measured and why. */
    public Findings leftOut(String what) {
        if (!leftOut.contains(what)) {
            leftOut.add(what);
        }
        return this;
    }

    public Findings measured(Measurement m) {
        measurements.add(m);
        return this;
    }

    /** How contenders were set up. */
    public Findings contenders(List<Map<String, String>> settings) {
        contenders = List.copyOf(settings);
        return this;
    }

    /** What the comparison of Understudy's nodes said. */
    public Findings verified(String words) {
        verified = words;
        return this;
    }

    /** All of it. */
    public Section section(String chapter, String at, boolean quick, String revision, Machine machine) {
        return new Section(
                chapter,
                at,
                quick,
                revision,
                machine,
                verified,
                bounds,
                tables,
                charts,
                notes,
                leftOut,
                measurements,
                contenders);
    }
}
