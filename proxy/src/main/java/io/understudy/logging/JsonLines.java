package io.understudy.logging;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.function.Supplier;
import net.logstash.logback.composite.AbstractFieldJsonProvider;
import net.logstash.logback.composite.loggingevent.KeyValuePairsJsonProvider;
import net.logstash.logback.composite.loggingevent.LogLevelJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggerNameJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventFormattedTimestampJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventJsonProviders;
import net.logstash.logback.composite.loggingevent.MdcJsonProvider;
import net.logstash.logback.composite.loggingevent.MessageJsonProvider;
import net.logstash.logback.composite.loggingevent.StackTraceJsonProvider;
import net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder;

/** Lines for programs: a JSON object each, whose stack trace is one string. Safe for use by many threads. */
final class JsonLines {
    private final LoggingEventCompositeJsonEncoder encoder = new LoggingEventCompositeJsonEncoder();

    /** @param node its name, empty as long as it is not known */
    JsonLines(Context context, Supplier<String> node) {
        LoggingEventFormattedTimestampJsonProvider time = new LoggingEventFormattedTimestampJsonProvider();
        time.setFieldName("time");
        time.setTimeZone("UTC");
        time.setPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'");
        LoggerNameJsonProvider logger = new LoggerNameJsonProvider();
        logger.setFieldName("logger");
        MdcJsonProvider client = new MdcJsonProvider();
        client.addIncludeMdcKeyName(LogLines.SESSION);
        client.addIncludeMdcKeyName(LogLines.TRACE);
        StackTraceJsonProvider stack = new StackTraceJsonProvider();
        stack.setFieldName("stack");
        ThrowableProxyConverter whole = new ThrowableProxyConverter();
        whole.setContext(context);
        whole.start();
        stack.setThrowableConverter(whole);
        LoggingEventJsonProviders fields = new LoggingEventJsonProviders();
        fields.addTimestamp(time);
        fields.addLogLevel(new LogLevelJsonProvider());
        fields.addProvider(new Node(node));
        fields.addLoggerName(logger);
        fields.addKeyValuePairs(new KeyValuePairsJsonProvider());
        fields.addMessage(new MessageJsonProvider());
        fields.addMdc(client);
        fields.addStackTrace(stack);
        encoder.setContext(context);
        encoder.setProviders(fields);
        encoder.setLineSeparator("\n");
        encoder.setJsonGeneratorDecorator(generator -> {
            generator.setCharacterEscapes(new Escapes.InJson());
            return generator;
        });
        encoder.start();
    }

    byte[] line(ILoggingEvent event) {
        return encoder.encode(event);
    }

    private static final class Node extends AbstractFieldJsonProvider<ILoggingEvent> {
        private final Supplier<String> name;

        Node(Supplier<String> name) {
            this.name = name;
            setFieldName("node");
        }

        @Override
        public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
            String n = name.get();
            if (!n.isEmpty()) {
                generator.writeStringField(getFieldName(), n);
            }
        }
    }
}
