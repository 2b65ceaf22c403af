package io.understudy.repair;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.SequencePosition;
import io.understudy.log.StatementLog;
import io.understudy.repair.VerificationReport.Difference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Where sequences stand by the log, to tell which of two replicas is right. */
public final class LoggedSequences {
    /** So far back is looked for a sequence; one that has rested longer is left undecided. */
    private static final long ENTRIES_MAX = 200_000;

    private final StatementLog log;

    public LoggedSequences(StatementLog log) {
        this.log = log;
    }

    /**
     * Names of the nodes on which a sequence does not stand where the log has put it; none if the log does not tell.
     *
     * @param difference of replicas alone; its name is qualified and quoted
     */
    public List<String> wrong(Difference difference, long index) throws IOException {
        List<SequencePosition> told = told(difference.name(), index);
        if (told.isEmpty()) {
            return List.of();
        }
        // which way it counts is not told: either extreme may be where it stands
        String greatest = text(told.stream().max(LoggedSequences::compare).orElseThrow());
        String least = text(told.stream().min(LoggedSequences::compare).orElseThrow());
        List<String> wrong = new ArrayList<>();
        difference.found().forEach((node, value) -> {
            if (!value.equals(greatest) && !value.equals(least)) {
                wrong.add(node);
            }
        });
        return wrong.size() < difference.found().size() ? wrong : List.of();
    }

    /** Positions since, and with, the last exact one. */
    private List<SequencePosition> told(String name, long index) throws IOException {
        List<SequencePosition> told = new ArrayList<>();
        for (long i = index; i >= Math.max(log.firstIndex(), index - ENTRIES_MAX); i--) {
            switch (EntryCodec.decodeWithoutChunks(log.read(i))) {
                case Entry.Transaction t ->
                    t.sequences().stream().filter(p -> is(p, name)).forEach(told::add);
                case Entry.SequencesReserved r -> {
                    List<SequencePosition> exact =
                            r.exact().stream().filter(p -> is(p, name)).toList();
                    told.addAll(exact);
                    if (!exact.isEmpty()) {
                        return told;
                    }
                }
                default -> {}
            }
        }
        return told;
    }

    private static boolean is(SequencePosition p, String name) {
        return (p.schema() + "." + p.name()).equals(plain(name));
    }

    /** Without the quotes. */
    private static String plain(String quoted) {
        return quoted.replace("\"\"", "\u0000").replace("\"", "").replace('\u0000', '"');
    }

    private static int compare(SequencePosition a, SequencePosition b) {
        int byValue = Long.compare(a.value(), b.value());
        return byValue != 0 ? byValue : Boolean.compare(a.called(), b.called());
    }

    private static String text(SequencePosition p) {
        return p.value() + (p.called() ? "" : " (not used yet)");
    }
}
