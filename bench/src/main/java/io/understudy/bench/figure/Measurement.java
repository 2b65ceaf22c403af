package io.understudy.bench.figure;

import java.util.List;

/**
 * What one contender did in one kind of work, run by run.
 *
 * @param contender its name
 * @param work such as "select-only, 16 clients"
 * @param unit of the runs
 * @param runs by round
 */
public record Measurement(String contender, String work, String unit, List<Double> runs) {
    public Measurement {
        runs = List.copyOf(runs);
    }

    public double median() {
        return Statistics.median(runs);
    }
}
