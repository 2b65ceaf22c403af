package io.understudy.node;

import io.understudy.admin.VerificationRunner.State;
import io.understudy.admin.VerificationRunner.Verification;
import io.understudy.log.VerificationScope;
import io.understudy.log.VerificationScope.Range;
import io.understudy.repair.DatabaseSums;
import io.understudy.repair.VerificationReport;
import io.understudy.repair.VerificationReport.Difference;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One comparison, step by step, each at an index of its own; then a closer look at what differs. A table's difference is exact, since it is seen in snapshots of one index. What the catalog
 * says, and where sequences stand, has no snapshot: that counts only if it is so at a second index too, and at more of them while the schema changes. One thread.
 */
final class VerificationRun {
    /** How often sequences, the catalog and tables are looked at that change meanwhile in ways that no snapshot keeps. */
    private static final int LOOKS_MAX = 6;

    private static final int PARTS = 1024;
    private static final int PARTS_WANTED_MAX = 8;
    private static final int DIFFERENT_MAX = 20;
    private static final int EXAMPLES_MAX = 10;

    private final String id = UUID.randomUUID().toString();
    private final long epoch;
    private final List<String> nodes;
    private final boolean others;
    private final int share;
    private final VerificationPlan plan;
    private final VerificationPoints points;
    private final VerificationFindings findings;
    private final Consumer<Verification> told;
    private final Map<Range, Difference> tables = new HashMap<>();
    private final Set<Range> lost = new LinkedHashSet<>();
    private List<Difference> sequences = List.of();
    private List<Difference> objects = List.of();
    private long index;
    private int sequencesCompared;
    private String progress = "begins";

    /**
     * @param others whether sequences and the catalog are compared too
     * @param share percent of the time that may be spent reading
     */
    VerificationRun(
            long epoch,
            List<String> nodes,
            boolean others,
            int share,
            VerificationPlan plan,
            VerificationPoints points,
            VerificationFindings findings,
            Consumer<Verification> told) {
        this.epoch = epoch;
        this.nodes = List.copyOf(nodes);
        this.others = others;
        this.share = share;
        this.plan = plan;
        this.points = points;
        this.findings = findings;
        this.told = told;
    }

    String id() {
        return id;
    }

    int share() {
        return share;
    }

    /** How far it is. */
    Verification now() {
        return result(State.RUNNING, List.of(), List.of());
    }

    Verification run() {
        try {
            boolean first = true;
            while (true) {
                List<Range> step = plan.next();
                if (step.isEmpty() && !first) {
                    break;
                }
                step(step, first && others);
                first = false;
            }
            lookAgain();
            confirm();
            List<String> texts = new ArrayList<>();
            for (Map.Entry<Range, Difference> d : tables.entrySet()) {
                texts.add("table " + d.getKey() + ": " + d.getValue().found()
                        + (texts.size() < DIFFERENT_MAX ? closer(d.getKey()) : ""));
            }
            sequences.forEach(d -> texts.add("sequence " + d.name() + ": " + d.found()));
            objects.forEach(d -> texts.add(d.name() + ": " + catalogText(d)));
            List<String> wrong = findings.judge(tables.values(), sequences, objects, index, texts);
            return result(texts.isEmpty() ? State.EQUAL : State.DIFFERENT, texts, wrong);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return result(State.FAILED, List.of("interrupted"), List.of());
        } catch (IOException | SQLException | RuntimeException e) {
            return result(State.FAILED, List.of(String.valueOf(e.getMessage())), List.of());
        }
    }

    private void step(List<Range> ranges, boolean withOthers) throws IOException, SQLException, InterruptedException {
        progress = ranges.size() == 1
                ? ranges.getFirst().toString()
                : ranges.size() + " tables" + (ranges.isEmpty() ? "" : " from " + ranges.getFirst());
        told.accept(now());
        long begun = System.nanoTime();
        Map<String, DatabaseSums> found =
                points.at(epoch, nodes, new VerificationScope(ranges, withOthers, 0, List.of()));
        VerificationReport report = VerificationReport.compare(found);
        index = report.index();
        ranges.stream().filter(r -> report.lost().contains(r.toString())).forEach(lost::add);
        Map<String, Range> named = ranges.stream().collect(Collectors.toMap(Range::toString, r -> r));
        for (Difference d : report.tables()) {
            tables.put(named.getOrDefault(d.name(), Range.whole(d.name())), d);
        }
        if (withOthers) {
            sequences = findings.sequences(found);
            objects = report.objects();
            sequencesCompared = found.values().iterator().next().sequences().size();
        }
        if (share < 100) {
            long nanos = (System.nanoTime() - begun) * (100 - share) / share;
            Thread.sleep(Math.min(nanos / 1_000_000, 60_000));
        }
    }

    /** What was dropped, truncated or rewritten while it was read; what is gone by now is the same everywhere. */
    private void lookAgain() throws IOException, SQLException, InterruptedException {
        for (int looks = 1; looks < LOOKS_MAX && !lost.isEmpty(); looks++) {
            List<Range> again = List.copyOf(lost);
            lost.clear();
            step(again, false);
        }
        if (!lost.isEmpty()) {
            throw new IOException(
                    "whenever these tables were read, they were truncated or rewritten meanwhile: " + lost);
        }
    }

    private void confirm() throws IOException, SQLException, InterruptedException {
        for (int looks = 0; looks < LOOKS_MAX && !(sequences.isEmpty() && objects.isEmpty()); looks++) {
            progress = "sequences and catalog again";
            told.accept(now());
            Map<String, DatabaseSums> found =
                    points.at(epoch, nodes, new VerificationScope(List.of(), true, 0, List.of()));
            VerificationReport report = VerificationReport.compare(found);
            sequences = still(sequences, findings.sequences(found));
            objects = still(objects, report.objects());
            // the server's functions that describe objects show what is there now, whatever the snapshot
            if (findings.schemaRested(report.index())) {
                return;
            }
        }
    }

    private static List<Difference> still(List<Difference> before, List<Difference> now) {
        Set<String> names = before.stream().map(Difference::name).collect(Collectors.toSet());
        return now.stream().filter(d -> names.contains(d.name())).toList();
    }

    /** Which rows: by the parts that differ, then by their keys. */
    private String closer(Range range) throws IOException, SQLException, InterruptedException {
        progress = "which rows of " + range + " differ";
        told.accept(now());
        List<Integer> parts = details(range, List.of()).stream()
                .map(d -> Integer.valueOf(d.name()))
                .sorted()
                .toList();
        if (parts.isEmpty()) {
            return "";
        }
        List<Difference> keys =
                details(range, parts.stream().limit(PARTS_WANTED_MAX).toList());
        if (keys.isEmpty()) {
            return "";
        }
        Map<String, String> examples = new TreeMap<>();
        keys.stream().limit(EXAMPLES_MAX).forEach(d -> examples.put(d.name(), rowsOf(d)));
        return "; rows in " + parts.size() + " of " + PARTS + " parts by key, keys "
                + keys.getFirst().name() + " to " + keys.getLast().name() + ", such as " + examples;
    }

    private List<Difference> details(Range range, List<Integer> wanted)
            throws IOException, SQLException, InterruptedException {
        return VerificationReport.compare(
                        points.at(epoch, nodes, new VerificationScope(List.of(range), false, PARTS, wanted)))
                .details();
    }

    /** Checksums are no news to people; where a row is missing is. */
    private static String rowsOf(Difference d) {
        List<String> without = d.found().entrySet().stream()
                .filter(e -> e.getValue().equals("missing"))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return without.isEmpty() ? "not the same" : "missing on " + String.join(", ", without);
    }

    private static String catalogText(Difference d) {
        String rows = rowsOf(d);
        return rows.equals("not the same") ? "is not the same in the catalogs: " + d.found() : rows;
    }

    private Verification result(State state, List<String> texts, List<String> wrong) {
        return new Verification(
                id,
                state,
                index,
                plan.tables(),
                sequencesCompared,
                nodes.stream().sorted().toList(),
                texts,
                wrong,
                state == State.RUNNING ? plan.percent() : 100,
                state == State.RUNNING ? progress : "");
    }
}
