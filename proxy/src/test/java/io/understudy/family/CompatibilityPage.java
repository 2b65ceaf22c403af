package io.understudy.family;

import io.understudy.family.Family.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the families say, as a page for people. */
final class CompatibilityPage {
    private static final int OLDEST = 14;
    private static final String HEAD = """
            # Compatibility

            Which features of PostgreSQL work through Understudy, and how far. This page is made from the families of statements in
            `proxy/src/test/resources/families`, and every line of it is tested: clients run the family's statements on all nodes at the
            same time, then every row, every sequence and the catalog must be equal on all servers, and what is refused must be refused with
            SQLSTATE 0A000 (feature not supported) and the hint given here. That such a test would notice a difference is tested as well
            ([testing.md](testing.md)).

            *works*: as in PostgreSQL. *limited*: works except for what is said. *refused*: an error, at once, never something half done.
            """;

    private CompatibilityPage() {}

    static String of(List<Family> families) {
        Map<String, List<Family>> groups = families.stream()
                .collect(Collectors.groupingBy(Family::group, LinkedHashMap::new, Collectors.toList()));
        StringBuilder page = new StringBuilder(HEAD);
        groups.forEach((group, members) -> {
            page.append("\n## ")
                    .append(group)
                    .append("\n\n| feature | | limits, and the hint that a refusal gives |\n| --- | --- | --- |\n");
            members.forEach(f -> page.append(line(f)));
        });
        return page.toString();
    }

    private static String line(Family family) {
        String since = family.since() > OLDEST ? " (PostgreSQL " + family.since() + ")" : "";
        return "| " + cell(family.title()) + since + " | " + status(family) + " | " + cell(limits(family)) + " |\n";
    }

    private static String status(Family family) {
        if (family.clients().isEmpty()) {
            return "refused";
        }
        return family.limits().isEmpty() && family.refusals().isEmpty() ? "works" : "limited";
    }

    private static String limits(Family family) {
        String hints = family.refusals().stream().map(Refusal::hint).distinct().collect(Collectors.joining(" "));
        return (family.limits() + (hints.isEmpty() ? "" : " Hint: " + hints)).strip();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
