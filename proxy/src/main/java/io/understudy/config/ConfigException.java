package io.understudy.config;

import java.io.Serial;
import java.util.List;

/** A configuration that cannot be used. The message is for the operator: it names file, line, key and what would be right, of everything that is wrong. */
public final class ConfigException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    public ConfigException(String message) {
        super(message);
        this.problems = List.of(new Problem("", 0, message));
    }

    /** @param problems at least one */
    ConfigException(List<Problem> problems) {
        super(String.join("\n", problems.stream().map(Problem::toString).toList()));
        this.problems = List.copyOf(problems);
    }

    /** Each by itself. */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * One thing that is wrong.
     *
     * @param place the file, or the environment variable; empty if it is neither
     * @param line in the file, from 1; 0 if it is no line
     */
    public record Problem(String place, int line, String text) {
        @Override
        public String toString() {
            return place.isEmpty() ? text : line == 0 ? place + ": " + text : place + ":" + line + ": " + text;
        }
    }
}
