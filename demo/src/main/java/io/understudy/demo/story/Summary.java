package io.understudy.demo.story;

import io.understudy.command.Printed;
import io.understudy.demo.fault.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** The end of the story as a table. */
final class Summary {
    private Summary() {}

    static String text(
            Tally tally,
            Map<String, Long> readsByNode,
            Forms forms,
            Map<String, Contents> contents,
            OptionalLong gapMillis,
            Verdict verdict) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("writes acknowledged", Long.toString(tally.writes())));
        rows.add(List.of(
                "  of them orders",
                tally.orders().acknowledged() + " of " + tally.orders().attempted() + " sent"));
        rows.add(List.of("reads answered", Long.toString(tally.reads())));
        readsByNode.forEach((node, reads) ->
                rows.add(List.of("  by " + node + ", as its PostgreSQL counted", Long.toString(reads))));
        rows.add(List.of("errors clients saw", tally.errors() + " " + tally.errorsByState()));
        rows.add(List.of(
                "from kill -9 to the next write", gapMillis.isPresent() ? gapMillis.getAsLong() + " ms" : "never"));
        rows.add(List.of("log entries in statement form", share(forms.statement(), forms.statement() + forms.row())));
        rows.add(List.of("log entries in row form", share(forms.row(), forms.statement() + forms.row())));
        rows.add(List.of(
                "compared directly",
                names(contents, true) + " tables and " + names(contents, false) + " sequences on " + contents.size()
                        + " servers"));
        return "\n" + Printed.table(rows) + "\n" + verdict.text() + "\n"
                + (verdict.held() ? "Everything held." : "SOMETHING DID NOT HOLD.");
    }

    private static int names(Map<String, Contents> contents, boolean tables) {
        Set<String> names = contents.values().stream()
                .flatMap(c -> (tables ? c.tables() : c.sequences()).keySet().stream())
                .collect(Collectors.toSet());
        return names.size();
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "0" : String.format(Locale.ROOT, "%d (%.1f %%)", part, 100.0 * part / whole);
    }
}
