package io.understudy.replay;

import io.understudy.capture.Moment;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.log.RowChange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Statements of an entry as steps. The transaction's timestamp takes the place of now() and its kin as a parameter, exact and without a text that settings could change the meaning of;
 * so a statement with parameters has the same text each time it is replayed.
 */
final class StatementSteps {
    private static final int TIMESTAMP = 1114;
    private static final int TIMESTAMPTZ = 1184;

    private final long index;
    private final Entry.Transaction entry;
    private final Form.Statements form;

    StatementSteps(long index, Entry.Transaction entry, Form.Statements form) {
        this.index = index;
        this.entry = entry;
        this.form = form;
    }

    static List<Step> all(long index, Entry.Transaction entry, Form.Statements form) {
        StatementSteps steps = new StatementSteps(index, entry, form);
        List<Step> all = new ArrayList<>(entry.statements().size());
        for (int i = 0; i < entry.statements().size(); i++) {
            all.add(steps.of(i));
        }
        return all;
    }

    /** Affects one row; where the entry says what must come of it, one row that is exactly so. */
    Step of(int number) {
        LoggedStatement s = entry.statements().get(number);
        if (form.reruns().isEmpty()) {
            return new Step(index, s.sql(), s.sql(), s.parameters(), 1);
        }
        Form.Rerun rerun = form.reruns().get(number);
        List<Parameter> parameters = new ArrayList<>(s.parameters());
        String sql = withTimes(s.sql(), rerun, parameters);
        if (rerun.captured().isPresent()) {
            parameters.add(Sql.text(image(rerun.captured().get().changes().getFirst())));
            sql = "WITH understudy AS (" + sql + " RETURNING *) SELECT FROM understudy"
                    + " WHERE pg_catalog.textin(pg_catalog.record_out(understudy.*)) COLLATE pg_catalog.\"C\""
                    + " OPERATOR(pg_catalog.=) $" + parameters.size() + "::pg_catalog.text";
        }
        return new Step(index, s.sql(), sql, parameters, 1);
    }

    private String withTimes(String sql, Form.Rerun rerun, List<Parameter> parameters) {
        StringBuilder out = new StringBuilder(sql.length() + 16);
        int copied = 0;
        int zoned = 0;
        int local = 0;
        for (Form.Time t : rerun.times()) {
            if (t.zoned() && zoned == 0) {
                parameters.add(time(TIMESTAMPTZ, entry.timestampMicros()));
                zoned = parameters.size();
            } else if (!t.zoned() && local == 0) {
                parameters.add(time(TIMESTAMP, form.localMicros()));
                local = parameters.size();
            }
            out.append(sql, copied, t.start())
                    .append(" $")
                    .append(t.zoned() ? zoned : local)
                    .append(' ');
            copied = t.end();
        }
        return out.append(sql, copied, rerun.length()).toString();
    }

    private static Parameter time(int type, long microsSince1970) {
        byte[] value = ByteBuffer.allocate(Long.BYTES)
                .putLong(microsSince1970 - Moment.MICROS_FROM_1970_TO_2000)
                .array();
        return new Parameter(type, true, value);
    }

    /** What RETURNING * gives. */
    private static String image(RowChange change) {
        return switch (change) {
            case RowChange.Insert i -> i.row();
            case RowChange.Update u -> u.after();
            case RowChange.Delete d -> d.row();
        };
    }
}
