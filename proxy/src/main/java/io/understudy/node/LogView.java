package io.understudy.node;

import io.understudy.log.StatementLog;

/** The log as a node's replay sees it. That is the log itself, except where a test finds out what comes of a log that was tampered with. */
interface LogView {

    LogView TRUE = new LogView() {
        @Override
        public StatementLog.Listener delivering(StatementLog.Listener replay) {
            return replay;
        }

        @Override
        public StatementLog reading(StatementLog log) {
            return log;
        }
    };

    /** Who is told of committed entries, before {@code replay} is. */
    StatementLog.Listener delivering(StatementLog.Listener replay);

    /** Where replay looks entries up, and how far they are committed. */
    StatementLog reading(StatementLog log);
}
