package io.understudy.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import io.understudy.config.LogFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Makes lines of what is logged, in the format that the process has now: until its settings are read, in the one that its environment names. {@code logback.xml} has it. Safe for use by many threads.
 *
 * <p>Nothing that comes from a client can begin a line: see {@link Escapes}.
 */
public final class LogLines extends EncoderBase<ILoggingEvent> {
    /** The key of an event's kind, see {@code EventLog}. */
    static final String EVENT = "event";
    /** What a thread's lines say of the client it works for, as {@code session.SessionTrace} has it. */
    static final String SESSION = "session";

    static final String TRACE = "trace";

    private static final byte[] NOTHING = {};
    private static volatile LogFormat format = LogFormat.of(System.getenv());
    private static volatile String node = "";

    private final TextLines text = new TextLines();
    /** Made when it is needed, for that takes a while. */
    private volatile @Nullable JsonLines json;

    /**
     * From now on all lines of this process are like that, those of libraries that log by java.util.logging and of threads that end by an exception too.
     *
     * @param ofNode whose they are
     */
    public static void use(LogFormat newFormat, String ofNode) {
        node = ofNode;
        format = newFormat;
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Logger log = LoggerFactory.getLogger(LogLines.class);
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> log.error("thread {} has ended by an exception", thread.getName(), e));
    }

    @Override
    public void start() {
        text.start(getContext());
        super.start();
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return format == LogFormat.JSON ? json().line(event) : text.line(event);
    }

    private JsonLines json() {
        JsonLines known = json;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            known = json;
            if (known == null) {
                known = new JsonLines(getContext(), () -> node);
                json = known;
            }
            return known;
        }
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
