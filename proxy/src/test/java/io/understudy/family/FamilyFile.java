package io.understudy.family;

import io.understudy.family.Family.Check;
import io.understudy.family.Family.Proof;
import io.understudy.family.Family.Protocol;
import io.understudy.family.Family.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files in which families are: {@code src/test/resources/families/*.sql}.
 *
 * <pre>{@code
 * # heading of the group
 * == name
 * title: what it is
 * limits: what does not work about it      (these lines may be left out, except for the title)
 * lost: 23505 23P01
 * protocols: simple extended binary
 * rounds: 3
 * proofs: change swap capture
 * since: 17
 * -- set-up
 * -- client         (there may be several; see Script for what is in them)
 * -- check          (each query is followed by => and what it gives)
 * -- refused        (each statement is followed by => and the hint)
 * -- end
 * }</pre>
 */
final class FamilyFile {
    private static final int ROUNDS = 3;
    private static final Set<String> WORDS =
            Set.of("title", "limits", "lost", "protocols", "rounds", "proofs", "since");
    private static final Set<String> PARTS = Set.of("set-up", "client", "check", "refused", "end");

    private FamilyFile() {}

    /** Of all files, in the order of their names. */
    static List<Family> all() {
        URL folder = Objects.requireNonNull(FamilyFile.class.getResource("/families"), "families");
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().flatMap(f -> read(f).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Family> read(Path file) {
        try {
            return parse(Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    static List<Family> parse(List<String> lines) {
        List<Family> families = new ArrayList<>();
        String group = "";
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at);
            if (line.startsWith("# ")) {
                group = line.substring(2).strip();
                at++;
            } else if (line.startsWith("== ")) {
                int end = at + 1;
                while (end < lines.size() && !lines.get(end).matches("(== |# ).*")) {
                    end++;
                }
                families.add(family(group, line.substring(3).strip(), lines.subList(at + 1, end)));
                at = end;
            } else if (line.isBlank()) {
                at++;
            } else {
                throw new IllegalArgumentException("in no family: " + line);
            }
        }
        return families;
    }

    private static Family family(String group, String name, List<String> lines) {
        Map<String, String> words = new LinkedHashMap<>();
        Map<String, List<List<String>>> parts = new LinkedHashMap<>();
        List<String> part = null;
        for (String line : lines) {
            if (line.startsWith("-- ") && PARTS.contains(line.substring(3))) {
                part = new ArrayList<>();
                parts.computeIfAbsent(line.substring(3), p -> new ArrayList<>()).add(part);
            } else if (part != null) {
                part.add(line);
            } else if (!line.isBlank()) {
                String[] word = line.split(": *", 2);
                if (word.length != 2 || !WORDS.contains(word[0])) {
                    throw new IllegalArgumentException(name + ": not understood: " + line);
                }
                words.put(word[0], word[1].strip());
            }
        }
        if (!words.containsKey("title")) {
            throw new IllegalArgumentException(name + " has no title");
        }
        try {
            return new Family(
                    name,
                    group,
                    words.get("title"),
                    words.getOrDefault("limits", ""),
                    acts(parts, "set-up"),
                    parts.getOrDefault("client", List.of()).stream()
                            .map(FamilyFile::trimmed)
                            .map(Script::parse)
                            .toList(),
                    pairs(parts, "check").stream()
                            .map(p -> new Check(p[0], p[1]))
                            .toList(),
                    pairs(parts, "refused").stream()
                            .map(p -> new Refusal(p[0], p[1]))
                            .toList(),
                    acts(parts, "end"),
                    Set.of(split(words.getOrDefault("lost", ""))),
                    Arrays.stream(split(words.getOrDefault("protocols", "simple extended binary")))
                            .map(w -> Protocol.valueOf(w.toUpperCase(Locale.ROOT)))
                            .toList(),
                    Integer.parseInt(words.getOrDefault("rounds", String.valueOf(ROUNDS))),
                    Arrays.stream(split(words.getOrDefault("proofs", "change swap capture")))
                            .map(w -> Proof.valueOf(w.toUpperCase(Locale.ROOT)))
                            .toList(),
                    Integer.parseInt(words.getOrDefault("since", "14")));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static String[] split(String words) {
        return words.isBlank() || words.equals("none") ? new String[0] : words.split(" +");
    }

    private static List<Script.Act> acts(Map<String, List<List<String>>> parts, String name) {
        return parts.getOrDefault(name, List.of()).stream()
                .map(FamilyFile::trimmed)
                .flatMap(lines -> Script.parse(lines).stream())
                .toList();
    }

    /** SQL and what stands behind {@code =>}; several lines of it are several lines. */
    private static List<String[]> pairs(Map<String, List<List<String>>> parts, String name) {
        List<String[]> pairs = new ArrayList<>();
        for (List<String> lines : parts.getOrDefault(name, List.of())) {
            StringBuilder sql = new StringBuilder();
            for (String line : trimmed(lines)) {
                if (!line.startsWith("=>")) {
                    sql.append(line).append('\n');
                    continue;
                }
                String value = line.substring(2).strip();
                if (sql.isEmpty()) {
                    String[] last = pairs.getLast();
                    last[1] = last[1] + "\n" + value;
                } else {
                    pairs.add(new String[] {sql.toString().strip().replaceFirst(";$", ""), value});
                    sql.setLength(0);
                }
            }
            if (!sql.isEmpty()) {
                throw new IllegalArgumentException("no => after " + sql);
            }
        }
        return pairs;
    }

    private static List<String> trimmed(List<String> lines) {
        int end = lines.size();
        while (end > 0 && lines.get(end - 1).isBlank()) {
            end--;
        }
        return lines.subList(0, end).stream().filter(l -> !l.isBlank()).toList();
    }
}
