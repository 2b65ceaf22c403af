package io.understudy.demo.story;

import java.util.ArrayList;
import java.util.List;

/** What was promised, and what spoke against it. */
final class Verdict {
    private static final int FINDINGS_SHOWN_MAX = 5;

    private final List<Line> lines = new ArrayList<>();

    private record Line(String promise, List<String> findings) {}

    void add(String promise, List<String> findings) {
        lines.add(new Line(promise, List.copyOf(findings)));
    }

    /** Whether nothing speaks against any promise. */
    boolean held() {
        return lines.stream().allMatch(l -> l.findings().isEmpty());
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            text.append(line.findings().isEmpty() ? "  held    " : "  BROKEN  ")
                    .append(line.promise())
                    .append('\n');
            line.findings().stream()
                    .limit(FINDINGS_SHOWN_MAX)
                    .forEach(f -> text.append("            ").append(f).append('\n'));
        }
        return text.toString();
    }
}
