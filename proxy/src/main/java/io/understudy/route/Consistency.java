package io.understudy.route;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How old what a read shows may be. */
public sealed interface Consistency {
    Consistency SESSION = new Session();

    /** Whatever the session committed is seen, and nothing that is older than what it saw. */
    record Session() implements Consistency {
        @Override
        public String toString() {
            return "session";
        }
    }

    /** Every commit that anybody was told of before the read began is seen. */
    record Strong() implements Consistency {
        @Override
        public String toString() {
            return "strong";
        }
    }

    /**
     * Every commit that anybody was told of longer ago than that is seen.
     *
     * @param age 1 ms to a day
     */
    record Bounded(Duration age) implements Consistency {
        @Override
        public String toString() {
            return "bounded=" + age.toMillis() + "ms";
        }
    }

    /** Whatever a replica has, the session's own commits perhaps not among it. */
    record Eventual() implements Consistency {
        @Override
        public String toString() {
            return "eventual";
        }
    }

    /**
     * Reads what {@link #toString} of each writes; a bound may be in ms, s or, without a unit, milliseconds.
     *
     * @throws IllegalArgumentException if it is none of them; for people
     */
    static Consistency parse(String text) {
        String t = text.strip().toLowerCase(Locale.ROOT);
        return switch (t) {
            case "session", "" -> SESSION;
            case "strong" -> new Strong();
            case "eventual" -> new Eventual();
            default -> bounded(t);
        };
    }

    private static Consistency bounded(String text) {
        Matcher m = Pattern.compile("bounded\\s*=\\s*(\\d{1,8})\\s*(ms|s)?").matcher(text);
        if (m.matches()) {
            long number = Long.parseLong(m.group(1));
            Duration age = "s".equals(m.group(2)) ? Duration.ofSeconds(number) : Duration.ofMillis(number);
            if (!age.isZero() && age.compareTo(Duration.ofDays(1)) <= 0) {
                return new Bounded(age);
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is none of: session, strong, bounded=500ms (1ms to 86400s), eventual");
    }
}
