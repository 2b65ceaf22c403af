package io.understudy.capture;

import io.understudy.log.SequencePosition;

/**
 * Where a sequence stood when it was read, and how it counts.
 *
 * @param step its increment, never 0
 * @param least its MINVALUE
 * @param greatest its MAXVALUE
 * @param cycle whether it starts again at its end
 */
public record SequenceReading(SequencePosition position, long step, long least, long greatest, boolean cycle) {

    /** Whether the value {@code a} comes after {@code b} in the direction this sequence counts. */
    boolean after(long a, long b) {
        return step > 0 ? a > b : a < b;
    }

    /** The value {@code steps} further, within the sequence's bounds. */
    public long ahead(long steps) {
        long distance;
        try {
            distance = Math.multiplyExact(step, steps);
            return Math.clamp(Math.addExact(position.value(), distance), least, greatest);
        } catch (ArithmeticException overflow) {
            return step > 0 ? greatest : least;
        }
    }
}
