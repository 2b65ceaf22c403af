package io.understudy.demo.conformity;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What pgjdbc sends to servers, taken from its own log of the protocol. */
final class SentSql implements AutoCloseable {
    private static final Pattern PARSE =
            Pattern.compile("FE=> Parse\\(stmt=.*?,query=\"(.*)\",oids=\\{", Pattern.DOTALL);

    // The field keeps the logger from being collected, and its level with it.
    private final Logger logger = Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");
    private final Set<String> sent = new LinkedHashSet<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            Matcher m = PARSE.matcher(record.getMessage());
            if (m.find()) {
                synchronized (sent) {
                    sent.add(m.group(1));
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    SentSql() {
        handler.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
        logger.setLevel(Level.FINEST);
    }

    /** All different texts so far, in the order in which they came; forgotten then. */
    Collection<String> take() {
        synchronized (sent) {
            Set<String> taken = new LinkedHashSet<>(sent);
            sent.clear();
            return taken;
        }
    }

    @Override
    public void close() {
        logger.setLevel(Level.INFO);
        logger.removeHandler(handler);
    }
}
