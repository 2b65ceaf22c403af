package io.understudy.bench.figure;

import org.jspecify.annotations.Nullable;

/**
 * What a figure should be.
 *
 * @param what is bounded, as in "select-only, 16 clients, of direct"
 * @param value measured; null if it could not be
 * @param sense whether more is better
 * @param limit that the value should reach, or not exceed
 * @param unit behind the numbers, such as " µs"; empty for ratios
 * @param aim whether it is only aimed at
 */
public record Bound(String what, @Nullable Double value, Sense sense, double limit, String unit, boolean aim) {

    /** Which side of its limit is good. */
    public enum Sense {
        AT_LEAST,
        AT_MOST
    }

    /** A value that must not be below. */
    public static Bound atLeast(String what, @Nullable Double value, double limit, String unit) {
        return new Bound(what, value, Sense.AT_LEAST, limit, unit, false);
    }

    /** A value that must not be above. */
    public static Bound atMost(String what, @Nullable Double value, double limit, String unit) {
        return new Bound(what, value, Sense.AT_MOST, limit, unit, false);
    }

    /** The same, but missing it breaks no promise. */
    public Bound asAim() {
        return new Bound(what, value, sense, limit, unit, true);
    }

    /** How it came out, in words. */
    public String verdict() {
        if (value == null) {
            return "not measured";
        }
        boolean good = sense == Sense.AT_LEAST ? value >= limit : value <= limit;
        return good ? "met" : aim ? "not reached" : "MISSED";
    }
}
