package io.understudy.config;

import io.understudy.config.YamlTree.Elements;
import io.understudy.config.YamlTree.Nothing;
import io.understudy.config.YamlTree.Setting;
import io.understudy.config.YamlTree.Settings;
import io.understudy.config.YamlTree.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file: gives typed values, remembers which keys exist, refuses the rest. What is wrong is noted at the {@link SettingSource}, and the default, or nothing, given in its place, so that all of it is
 * found at once.
 */
final class Section {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private final String path;
    private final Settings values;
    private final SettingSource source;
    private final Set<String> known = new LinkedHashSet<>();

    Section(String path, Settings values, SettingSource source) {
        this.path = path;
        this.values = values;
        this.source = source;
    }

    /** One that has to be there. */
    String text(String key) {
        source.knows(name(key), "");
        Optional<String> given = given(key);
        Setting setting = values.map().get(key);
        if (given.isEmpty() && (setting == null || setting.value() instanceof Nothing)) {
            source.problem(setting == null ? values.line() : setting.line(), name(key) + " is missing");
        }
        return given.orElse("");
    }

    String text(String key, String otherwise) {
        source.knows(name(key), otherwise);
        return given(key).orElse(otherwise);
    }

    /** One of some words; the first one if nothing is said. */
    String choice(String key, String... words) {
        String word = text(key, words[0]);
        if (!List.of(words).contains(word)) {
            refuse(
                    key,
                    name(key) + " is " + word + ", but must be " + String.join(" or ", words)
                            + Similar.to(word, List.of(words))
                                    .map(w -> "; did you mean " + w + "?")
                                    .orElse(""));
            return words[0];
        }
        return word;
    }

    /** A port, 1..65535. */
    int port(String key, int otherwise) {
        return number(key, otherwise, 1, 65535);
    }

    int number(String key, int otherwise, int from, int to) {
        String text = text(key, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, like a number out of range.
        }
        refuse(key, name(key) + " is " + text + ", but must be a number from " + from + " to " + to);
        return otherwise;
    }

    Duration duration(String key, Duration otherwise, Duration from, Duration to) {
        String text = text(key, Durations.format(otherwise));
        Optional<Duration> duration = Durations.parse(text).filter(d -> d.compareTo(from) >= 0 && d.compareTo(to) <= 0);
        if (duration.isEmpty()) {
            refuse(
                    key,
                    name(key) + " is " + text + ", but must be a time from " + Durations.format(from) + " to "
                            + Durations.format(to) + ", such as " + Durations.format(otherwise));
        }
        return duration.orElse(otherwise);
    }

    /** The mapping below that key, empty if there is none. */
    Section section(String key) {
        known.add(key);
        Setting setting = values.map().get(key);
        return setting == null
                ? new Section(name(key), new Settings(Map.of(), values.line()), source)
                : section(name(key), setting.value(), setting.line());
    }

    /** A list of values, or a single one; by a variable, with commas between them; empty if nothing is said. */
    List<String> texts(String key) {
        source.knows(name(key), "");
        known.add(key);
        Optional<String> override = source.override(name(key));
        if (override.isPresent()) {
            return List.of(override.get().split(",", -1));
        }
        Setting setting = values.map().get(key);
        if (setting == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (YamlTree element : setting.value() instanceof Elements e ? e.list() : List.of(setting.value())) {
            if (!(element instanceof Nothing) || setting.value() instanceof Elements) {
                texts.add(scalar(key, element).orElse(""));
            }
        }
        return texts;
    }

    /** What the environment says in place of a list of mappings. */
    Optional<String> override(String key) {
        source.knows(name(key), "");
        return source.override(name(key));
    }

    /**
     * A list of mappings.
     *
     * @param needed whether there has to be one
     */
    List<Section> sections(String key, boolean needed) {
        known.add(key);
        Setting setting = values.map().get(key);
        List<Section> sections = new ArrayList<>();
        if (setting == null
                || !(setting.value() instanceof Elements e)
                || e.list().isEmpty()) {
            if (needed) {
                source.problem(
                        setting == null ? values.line() : setting.line(),
                        name(key) + " must be a list with at least one element");
            }
            return sections;
        }
        for (YamlTree element : e.list()) {
            sections.add(section(name(key) + "[" + sections.size() + "]", element, element.line()));
        }
        return sections;
    }

    /** To be called when everything was asked for: notes every key that nobody asked for. */
    void refuseOthers() {
        values.map().forEach((key, setting) -> {
            if (!known.contains(key)) {
                String suggestion = Similar.to(key, known)
                        .map(s -> "; did you mean " + s + "?")
                        .orElse("; known here: " + String.join(", ", known));
                source.problem(setting.line(), name(key) + " is not a setting" + suggestion);
            }
        });
    }

    /** Notes what is wrong with a setting, where it was said. */
    void refuse(String key, String text) {
        if (source.override(name(key)).isPresent()) {
            source.problemOfVariable(name(key), text);
        } else {
            Setting setting = values.map().get(key);
            source.problem(setting == null ? values.line() : setting.line(), text);
        }
    }

    String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private Section section(String name, YamlTree value, int line) {
        Settings settings = switch (value) {
            case Settings s -> s;
            case Nothing n -> new Settings(Map.of(), line);
            case Value v -> {
                source.problem(line, name + " must have settings below it, not the value " + v.text());
                yield new Settings(Map.of(), line);
            }
            case Elements e -> {
                source.problem(line, name + " must have settings below it, not a list");
                yield new Settings(Map.of(), line);
            }
        };
        return new Section(name, settings, source);
    }

    private Optional<String> given(String key) {
        known.add(key);
        Optional<String> override = source.override(name(key));
        if (override.isPresent()) {
            return override;
        }
        @Nullable Setting setting = values.map().get(key);
        return setting == null ? Optional.empty() : scalar(key, setting.value());
    }

    private Optional<String> scalar(String key, YamlTree value) {
        if (value instanceof Nothing) {
            return Optional.empty();
        }
        if (!(value instanceof Value v)) {
            source.problem(value.line(), name(key) + " must be a single value");
            return Optional.empty();
        }
        Matcher m = VARIABLE.matcher(v.text());
        StringBuilder text = new StringBuilder();
        while (m.find()) {
            Optional<String> variable = source.variable(m.group(1));
            if (variable.isEmpty()) {
                source.problem(
                        v.line(),
                        name(key) + " refers to the environment variable " + m.group(1) + ", which is not set");
                return Optional.empty();
            }
            m.appendReplacement(text, Matcher.quoteReplacement(variable.get()));
        }
        return Optional.of(m.appendTail(text).toString());
    }
}
