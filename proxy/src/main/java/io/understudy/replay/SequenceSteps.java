package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.SequencePosition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sequence positions of a batch. Those of transactions only ever push a sequence on in its own direction, so only the extremes of a batch matter;
 * the server knows which of them is further.
 */
final class SequenceSteps {
    private static final String AT_LEAST = "SELECT understudy.sequence_at_least($1, $2, $3::bigint, $4::boolean)";
    private static final String EXACTLY = "SELECT understudy.sequence_exactly($1, $2, $3::bigint, $4::boolean)";
    private static final String CEILING = "SELECT understudy.sequence_ceiling($1, $2, $3::bigint, $4::boolean)";
    private static final String NO_CEILING =
            "DELETE FROM understudy.ceiling WHERE schema = $1::name AND name = $2::name";

    private record Name(String schema, String name) {}

    private record Extremes(SequencePosition least, SequencePosition greatest) {
        Extremes with(SequencePosition p) {
            boolean below = p.value() < least.value() || (p.value() == least.value() && p.called());
            boolean above = p.value() > greatest.value() || (p.value() == greatest.value() && p.called());
            return new Extremes(below ? p : least, above ? p : greatest);
        }
    }

    private final Map<Name, Extremes> moved = new LinkedHashMap<>();

    /** A transaction may have moved these. */
    void moved(List<SequencePosition> positions) {
        for (SequencePosition p : positions) {
            Name name = new Name(p.schema(), p.name());
            Extremes known = moved.get(name);
            moved.put(name, known == null ? new Extremes(p, p) : known.with(p));
        }
    }

    /** Adds what a reservation says; what was moved before it comes first. */
    void reserved(long index, Entry.SequencesReserved r, boolean executedHere, List<Step> to) {
        flush(index, to);
        for (SequencePosition p : r.exact()) {
            if (executedHere) {
                // values have been taken since: the sequence itself must not go back
                to.add(new Step(index, subject(p), NO_CEILING, Sql.texts(p.schema(), p.name()), Step.ANY));
            } else {
                to.add(position(index, EXACTLY, p));
            }
        }
        for (SequencePosition p : r.ceilings()) {
            // "called" of a ceiling says that the sequence counts upwards
            to.add(position(index, CEILING, p));
        }
    }

    /** Adds what was moved so far. */
    void flush(long index, List<Step> to) {
        for (Extremes e : moved.values()) {
            to.add(position(index, AT_LEAST, e.greatest));
            if (!e.least.equals(e.greatest)) {
                to.add(position(index, AT_LEAST, e.least));
            }
        }
        moved.clear();
    }

    private static Step position(long index, String sql, SequencePosition p) {
        return new Step(
                index,
                subject(p),
                sql,
                Sql.texts(p.schema(), p.name(), Long.toString(p.value()), Boolean.toString(p.called())),
                Step.ANY);
    }

    private static String subject(SequencePosition p) {
        return p.schema() + "." + p.name();
    }
}
