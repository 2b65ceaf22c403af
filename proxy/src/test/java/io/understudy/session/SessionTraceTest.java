package io.understudy.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.understudy.backend.Credentials.ScramKeys;
import io.understudy.classification.Classifier;
import io.understudy.classification.SqlStatement;
import io.understudy.log.TransactionToken;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageOutput;
import java.io.OutputStream;
import java.net.InetAddress;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** For which trace a session works, and what the node's log says of it. */
class SessionTraceTest {
    private static final String ONE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String TWO = "0af7651916cd43dd8448eb211c80319c";

    private final ToldParameters told = new ToldParameters(new MessageOutput(OutputStream.nullOutputStream()));
    private final SessionUser user = new SessionUser("app", "shop", new ScramKeys(new byte[32], new byte[32]));
    private final SessionState session =
            new SessionState(user, new ApplicationPools().join(user, InetAddress.getLoopbackAddress()), false, told);
    private final SessionTrace trace = session.trace;

    @AfterEach
    void forget() {
        MDC.clear();
    }

    @Test
    void aCommentHoldsForItsTransaction() {
        trace.of(sql("SELECT 1"), false);
        assertThat(trace.now()).isEmpty();
        trace.of(sql("BEGIN"), false);
        trace.of(traced(ONE), true);
        trace.of(sql("COMMIT"), true);
        assertThat(trace.now()).isEqualTo(ONE).isEqualTo(MDC.get("trace"));
        trace.of(sql("SELECT 1"), false);
        assertThat(trace.now()).isEmpty();
        assertThat(MDC.get("trace")).isNull();
    }

    @Test
    void theApplicationsNameHoldsWhereNoCommentSaysMore() {
        told.note("application_name", "00-" + TWO + "-00f067aa0ba902b7-01");
        trace.of(null, false);
        assertThat(trace.now()).isEqualTo(TWO);
        trace.of(traced(ONE), false);
        assertThat(trace.now()).isEqualTo(ONE);
        trace.of(sql("SELECT 1"), false);
        assertThat(trace.now()).isEqualTo(TWO);
        told.note("application_name", "shop");
        trace.of(sql("SELECT 1"), true);
        assertThat(trace.now()).isEmpty();
    }

    @Test
    void whatAClientIsToldOfOurFaultsIsLogged() {
        Logger logger = (Logger) LoggerFactory.getLogger(ToldFailures.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        try {
            AtomicLong nanos = new AtomicLong(1_000_000_000);
            ToldFailures failures = new ToldFailures(nanos::get);
            failures.told(session, ErrorFields.error("23505", "of the client's making", ""));
            assertThat(lines.list).isEmpty();
            trace.of(traced(ONE), false);
            session.ran = new ShapeCounts("select 0", "read");
            session.transaction = new TransactionToken(3, 9, new UUID(1, 2));
            for (int i = 0; i < ToldFailures.LINES_MAX + 7; i++) {
                failures.told(session, ErrorFields.error("08007", "unknown", ""));
            }
            assertThat(lines.list).hasSize(ToldFailures.LINES_MAX);
            ILoggingEvent line = lines.list.getFirst();
            assertThat(line.getFormattedMessage())
                    .isEqualTo("client of app was told 08007 unknown; transaction " + session.transaction
                            + "; statement: select 0");
            assertThat(line.getMDCPropertyMap()).containsEntry("trace", ONE);
            assertThat(line.getKeyValuePairs())
                    .extracting(p -> p.key)
                    .containsExactly("sqlstate", "user", "statement", "transaction");
            nanos.addAndGet(1_000_000_000);
            failures.told(session, ErrorFields.error("57P03", "later", ""));
            assertThat(lines.list.subList(ToldFailures.LINES_MAX, lines.list.size()))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "7 more clients were told errors, which are left out here",
                            "client of app was told 57P03 later; statement: select 0");
        } finally {
            logger.setAdditive(true);
            logger.detachAppender(lines);
        }
    }

    private static SqlStatement traced(String id) {
        return sql("SELECT 1 /*traceparent='00-" + id + "-00f067aa0ba902b7-01'*/");
    }

    private static SqlStatement sql(String text) {
        return Classifier.split(text).getFirst();
    }
}
