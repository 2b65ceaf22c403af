package io.understudy.node;

import io.understudy.classification.Classifier;
import io.understudy.classification.SqlStatement;
import io.understudy.event.EventLog;
import io.understudy.execution.ShadowChecks;
import io.understudy.replay.StatementAlarm;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replica found that a statement, replayed, is not what it was on the master: says so, and sees to it that statements of its shape are logged as rows from now on. */
final class ShadowAlarm implements StatementAlarm {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowAlarm.class);

    private final EventLog events;
    private final ShadowChecks checks;

    ShadowAlarm(EventLog events, ShadowChecks checks) {
        this.events = events;
        this.checks = checks;
    }

    @Override
    public void differed(long index, String sql, String how) {
        List<SqlStatement> statements = Classifier.split(sql);
        String shape = statements.isEmpty() ? sql : statements.getFirst().shape();
        checks.distrust(List.of(ShadowChecks.digest(shape)));
        LOG.atError()
                .addKeyValue("index", index)
                .log("entry {}: a statement had another effect here than on the master: {}; {}", index, how, shape);
        events.add(
                "alarm",
                "entry " + index
                        + ": a statement had another effect here than on the master (the master's was applied), so "
                        + "statements of its kind are logged as rows from now on: " + shape,
                Map.of("index", index));
    }
}
