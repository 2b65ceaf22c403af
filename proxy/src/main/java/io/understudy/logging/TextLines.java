package io.understudy.logging;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.util.CachingDateFormatter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** Lines for people: time, level, who says it, what, and for which client. The lines of a stack trace follow. Safe for use by many threads. */
final class TextLines {
    private static final String LEVELS = "     ";

    private final CachingDateFormatter time = new CachingDateFormatter("yyyy-MM-dd HH:mm:ss.SSS");
    private final EscapingStack stack = new EscapingStack();

    void start(Context context) {
        stack.setContext(context);
        stack.start();
    }

    byte[] line(ILoggingEvent event) {
        StringBuilder out = new StringBuilder(160);
        String level = event.getLevel().toString();
        out.append(time.format(event.getTimeStamp()))
                .append(' ')
                .append(level)
                .append(LEVELS, Math.min(level.length(), LEVELS.length()), LEVELS.length())
                .append(' ')
                .append(simple(event.getLoggerName()))
                .append(" - ");
        kind(event, out);
        String message = event.getFormattedMessage();
        out.append(message == null ? "" : Escapes.inText(message));
        client(event.getMDCPropertyMap(), out);
        out.append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            out.append(stack.of(thrown));
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String simple(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static void kind(ILoggingEvent event, StringBuilder out) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair p : pairs) {
                if (p.key.equals(LogLines.EVENT)) {
                    out.append(Escapes.inText(String.valueOf(p.value))).append(": ");
                }
            }
        }
    }

    private static void client(Map<String, String> context, StringBuilder out) {
        String session = context.get(LogLines.SESSION);
        String trace = context.get(LogLines.TRACE);
        if (session != null) {
            out.append(" [session ").append(Escapes.inText(session));
            if (trace != null) {
                out.append(", trace ").append(Escapes.inText(trace));
            }
            out.append(']');
        }
    }

    /** As the logging library writes it, but for messages, which may quote a client. */
    private static final class EscapingStack extends ThrowableProxyConverter {
        String of(IThrowableProxy thrown) {
            return throwableProxyToString(new Escaping(thrown));
        }
    }

    private record Escaping(IThrowableProxy of) implements IThrowableProxy {
        @Override
        public @Nullable String getOverridingMessage() {
            return escaped(of.getOverridingMessage());
        }

        @Override
        public @Nullable String getMessage() {
            return escaped(of.getMessage());
        }

        private static @Nullable String escaped(@Nullable String text) {
            return text == null ? null : Escapes.inText(text);
        }

        @Override
        public String getClassName() {
            return of.getClassName();
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return of.getStackTraceElementProxyArray();
        }

        @Override
        public int getCommonFrames() {
            return of.getCommonFrames();
        }

        @Override
        public @Nullable IThrowableProxy getCause() {
            IThrowableProxy cause = of.getCause();
            return cause == null ? null : new Escaping(cause);
        }

        @Override
        public IThrowableProxy @Nullable [] getSuppressed() {
            IThrowableProxy[] suppressed = of.getSuppressed();
            if (suppressed == null) {
                return null;
            }
            IThrowableProxy[] escaping = new IThrowableProxy[suppressed.length];
            for (int i = 0; i < suppressed.length; i++) {
                escaping[i] = new Escaping(suppressed[i]);
            }
            return escaping;
        }

        @Override
        public boolean isCyclic() {
            return of.isCyclic();
        }
    }
}
