package io.understudy.config;

import io.understudy.config.ConfigException.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where all settings of one reading come from, what was asked for, and what is wrong with them. For one thread. */
final class SettingSource {
    /** What overrides the setting {@code client.port} is called {@code UNDERSTUDY_CLIENT_PORT}. */
    static final String PREFIX = "UNDERSTUDY_";

    private final String file;
    private final Map<String, String> environment;
    private final boolean overrides;
    private final List<Problem> problems = new ArrayList<>();
    /** Every setting there is, by its path, elements of lists all the same, and its default as text; empty if it has none. */
    private final Map<String, String> known = new LinkedHashMap<>();

    /** @param overrides whether variables override settings; they may be referred to in any case */
    SettingSource(String file, Map<String, String> environment, boolean overrides) {
        this.file = file;
        this.environment = environment;
        this.overrides = overrides;
    }

    static String variableOf(String path) {
        return PREFIX + path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** A setting exists. */
    void knows(String path, String otherwise) {
        known.putIfAbsent(path.replaceAll("\\[\\d+]", "[]"), otherwise);
    }

    /** What the environment says in place of the file; an empty variable says nothing. */
    Optional<String> override(String path) {
        return overrides
                ? Optional.ofNullable(environment.get(variableOf(path))).filter(v -> !v.isEmpty())
                : Optional.empty();
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name));
    }

    /** @param line 0 if it is none */
    void problem(int line, String text) {
        problems.add(new Problem(file, line, text));
    }

    /** With what the environment says for a setting. */
    void problemOfVariable(String path, String text) {
        problems.add(new Problem("environment variable " + variableOf(path), 0, text));
    }

    /** What is wrong, as the file has it from top to bottom. */
    List<Problem> problems() {
        List<Problem> sorted = new ArrayList<>(problems);
        sorted.sort((a, b) -> Integer.compare(rank(a), rank(b)));
        return sorted;
    }

    private static int rank(Problem p) {
        return p.line() == 0 ? Integer.MAX_VALUE : p.line();
    }

    Map<String, String> known() {
        return known;
    }

    /** Variables that look as if they were meant to be settings. Others with that beginning may be anybody's: an orchestrator names services so. */
    List<String> doubtful() {
        List<String> variables = known.keySet().stream()
                .filter(path -> path.indexOf('[') < 0)
                .map(SettingSource::variableOf)
                .toList();
        List<String> doubts = new ArrayList<>();
        environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !variables.contains(name))
                .sorted()
                .forEach(name -> Similar.to(name, variables)
                        .ifPresent(meant -> doubts.add("environment variable " + name
                                + " is not a setting and changes nothing; did you mean " + meant + "?")));
        return doubts;
    }
}
