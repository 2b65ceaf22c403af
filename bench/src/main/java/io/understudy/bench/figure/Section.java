package io.understudy.bench.figure;

import java.util.List;
import java.util.Map;

/**
 * What a chapter measured; all that the report says of it.
 *
 * @param chapter its name
 * @param at when it was measured, ISO 8601
 * @param quick whether runs were of seconds, to see that the chapter works: such figures are not published
 * @param revision of the source that was measured
 * @param verified what comparing all of Understudy's nodes said afterwards; empty if no cluster took part
 * @param leftOut contenders and works that could not be measured, with the reason
 */
public record Section(
        String chapter,
        String at,
        boolean quick,
        String revision,
        Machine machine,
        String verified,
        List<Bound> bounds,
        List<Table> tables,
        List<Chart> charts,
        List<String> notes,
        List<String> leftOut,
        List<Measurement> measurements,
        List<Map<String, String>> contenders) {
    public Section {
        bounds = List.copyOf(bounds);
        tables = List.copyOf(tables);
        charts = List.copyOf(charts);
        notes = List.copyOf(notes);
        leftOut = List.copyOf(leftOut);
        measurements = List.copyOf(measurements);
        contenders = List.copyOf(contenders);
    }
}
