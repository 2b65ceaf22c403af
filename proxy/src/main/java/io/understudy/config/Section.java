package io.understudy.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One mapping of the file: gives typed values, remembers which keys exist, refuses the rest. */
final class Section {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private final String path;
    private final Map<?, ?> values;
    private final UnaryOperator<@Nullable String> environment;
    private final Set<String> known = new LinkedHashSet<>();

    Section(String path, Map<?, ?> values, UnaryOperator<@Nullable String> environment) {
        this.path = path;
        this.values = values;
        this.environment = environment;
    }

    String text(String key) throws ConfigException {
        Object value = value(key);
        if (value == null) {
            throw new ConfigException(name(key) + " is missing");
        }
        return scalar(key, value);
    }

    String text(String key, String otherwise) throws ConfigException {
        Object value = value(key);
        return value == null ? otherwise : scalar(key, value);
    }

    /** One of some words; the first one if nothing is said. */
    String choice(String key, String... words) throws ConfigException {
        String word = text(key, words[0]);
        if (!List.of(words).contains(word)) {
            throw new ConfigException(name(key) + " is " + word + ", but must be " + String.join(" or ", words));
        }
        return word;
    }

    /** A port, 1..65535. */
    int port(String key, int otherwise) throws ConfigException {
        return number(key, otherwise, 1, 65535);
    }

    int number(String key, int otherwise, int from, int to) throws ConfigException {
        String text = text(key, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, like a number out of range.
        }
        throw new ConfigException(name(key) + " is " + text + ", but must be a number from " + from + " to " + to);
    }

    Duration duration(String key, Duration otherwise, Duration from, Duration to) throws ConfigException {
        Object value = value(key);
        if (value == null) {
            return otherwise;
        }
        String text = scalar(key, value);
        Matcher m = DURATION.matcher(text);
        if (m.matches()) {
            long amount = Long.parseLong(m.group(1));
            Duration duration = switch (m.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
            if (duration.compareTo(from) >= 0 && duration.compareTo(to) <= 0) {
                return duration;
            }
        }
        throw new ConfigException(name(key) + " is " + text + ", but must be a time from " + format(from) + " to "
                + format(to) + ", such as " + format(otherwise));
    }

    /** The mapping below that key, empty if there is none. */
    Section section(String key) throws ConfigException {
        return section(name(key), value(key));
    }

    /** A list of values, or a single one; empty if nothing is said. */
    List<String> texts(String key) throws ConfigException {
        Object value = value(key);
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object element : list) {
                texts.add(scalar(key, element == null ? "" : element));
            }
        } else if (value != null) {
            texts.add(scalar(key, value));
        }
        return texts;
    }

    /** As {@link #sections}, but there need be none. */
    List<Section> sectionsIfAny(String key) throws ConfigException {
        return value(key) == null ? List.of() : sections(key);
    }

    List<Section> sections(String key) throws ConfigException {
        if (!(value(key) instanceof List<?> list) || list.isEmpty()) {
            throw new ConfigException(name(key) + " must be a list with at least one element");
        }
        List<Section> sections = new ArrayList<>();
        for (Object element : list) {
            sections.add(section(name(key) + "[" + sections.size() + "]", element));
        }
        return sections;
    }

    /**
     * To be called when everything was asked for.
     *
     * @throws ConfigException if there is a key that nobody asked for
     */
    void refuseOthers() throws ConfigException {
        for (Object key : values.keySet()) {
            String found = String.valueOf(key);
            if (!known.contains(found)) {
                String suggestion = Similar.to(found, known)
                        .map(s -> "; did you mean " + s + "?")
                        .orElse("; known here: " + String.join(", ", known));
                throw new ConfigException(name(found) + " is not a setting" + suggestion);
            }
        }
    }

    static String format(Duration d) {
        return d.toMillisPart() != 0 ? d.toMillis() + "ms" : d.toSeconds() + "s";
    }

    String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private Section section(String name, @Nullable Object value) throws ConfigException {
        return switch (value) {
            case null -> new Section(name, Map.of(), environment);
            case Map<?, ?> map -> new Section(name, map, environment);
            default -> throw new ConfigException(name + " must have settings below it, not the value " + value);
        };
    }

    private @Nullable Object value(String key) {
        known.add(key);
        return values.get(key);
    }

    private String scalar(String key, Object value) throws ConfigException {
        if (value instanceof Map || value instanceof List) {
            throw new ConfigException(name(key) + " must be a single value");
        }
        Matcher m = VARIABLE.matcher(value.toString());
        StringBuilder text = new StringBuilder();
        while (m.find()) {
            String variable = environment.apply(m.group(1));
            if (variable == null) {
                throw new ConfigException(
                        name(key) + " refers to the environment variable " + m.group(1) + ", which is not set");
            }
            m.appendReplacement(text, Matcher.quoteReplacement(variable));
        }
        return m.appendTail(text).toString();
    }
}
