package io.understudy.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.config.LogFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLinesTest {
    /** What a client would send to make up a line of its own, or to have a terminal show one. */
    private static final String FORGED =
            "x\n2026-01-01 00:00:00.000 INFO  Main - forged\r{\"level\":\"INFO\"}\u0085\u2028\u2029\u001b[2K\u009b2K\u007f\0é😀";

    private final LoggerContext context = new LoggerContext();
    private final LogLines lines = new LogLines();

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        lines.setContext(context);
        lines.start();
    }

    @AfterEach
    void asBefore() {
        LogLines.use(LogFormat.TEXT, "");
    }

    @Test
    void textIsForPeople() {
        LogLines.use(LogFormat.TEXT, "node1");
        assertThat(line(event("entry {} is held up", 7)))
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  ApplyLoop - entry 7 is held up\n");
        LoggingEvent ofClient = event("gone");
        ofClient.addKeyValuePair(new KeyValuePair("event", "master"));
        ofClient.addKeyValuePair(new KeyValuePair("epoch", 3L));
        ofClient.setMDCPropertyMap(Map.of("session", "12", "trace", "4bf92f3577b34da6a3ce929d0e0e4736"));
        assertThat(line(ofClient))
                .endsWith(" ApplyLoop - master: gone [session 12, trace 4bf92f3577b34da6a3ce929d0e0e4736]\n");
    }

    @Test
    void jsonIsOneObjectALine() throws IOException {
        LogLines.use(LogFormat.JSON, "node1");
        LoggingEvent e = event("entry {} is held up", 7);
        e.addKeyValuePair(new KeyValuePair("event", "master"));
        e.addKeyValuePair(new KeyValuePair("index", 7L));
        e.setInstant(Instant.parse("2026-03-04T05:06:07.080900Z"));
        e.setMDCPropertyMap(Map.of("session", "12", "trace", "4bf92f3577b34da6a3ce929d0e0e4736", "other", "x"));
        JsonNode json = json(e);
        assertThat(json.get("time").textValue()).isEqualTo("2026-03-04T05:06:07.080Z");
        assertThat(json.get("level").textValue()).isEqualTo("WARN");
        assertThat(json.get("node").textValue()).isEqualTo("node1");
        assertThat(json.get("logger").textValue()).isEqualTo("io.understudy.replay.ApplyLoop");
        assertThat(json.get("event").textValue()).isEqualTo("master");
        assertThat(json.get("index").longValue()).isEqualTo(7);
        assertThat(json.get("message").textValue()).isEqualTo("entry 7 is held up");
        assertThat(json.get("session").textValue()).isEqualTo("12");
        assertThat(json.get("trace").textValue()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(json.properties()).hasSize(9);
    }

    @Test
    void beforeTheNodeIsKnownNoneIsNamed() throws IOException {
        LogLines.use(LogFormat.JSON, "");
        assertThat(json(event("early")).has("node")).isFalse();
    }

    @Test
    void theEnvironmentNamesTheFirstFormat() {
        assertThat(LogFormat.of(Map.of("UNDERSTUDY_LOG_FORMAT", "json"))).isEqualTo(LogFormat.JSON);
        assertThat(LogFormat.of(Map.of("UNDERSTUDY_LOG_FORMAT", "jsonn"))).isEqualTo(LogFormat.TEXT);
        assertThat(LogFormat.of(Map.of())).isEqualTo(LogFormat.TEXT);
    }

    @Test
    void aStackTraceIsOneString() throws IOException {
        LogLines.use(LogFormat.JSON, "node1");
        JsonNode json = json(failed());
        assertThat(json.get("stack").textValue())
                .contains("IllegalStateException: ", "Caused by: java.io.IOException: ", "Suppressed: ", "\tat ");
        assertThat(json.get("message").textValue()).isEqualTo("it failed");
    }

    @Test
    void inTextAStackTraceHasItsLinesAndNoOthers() {
        LogLines.use(LogFormat.TEXT, "node1");
        assertThat(line(failed()).lines().skip(1))
                .hasSizeGreaterThan(5)
                .allMatch(l -> l.matches("(\t*(Suppressed: |Caused by: )?java\\..*|\t+(at |\\.\\.\\. ).*)"));
    }

    @Test
    void nobodyForgesALine() throws IOException {
        for (LogFormat format : LogFormat.values()) {
            LogLines.use(format, "node1");
            LoggingEvent e = event("client of {} left", FORGED);
            e.addKeyValuePair(new KeyValuePair("event", FORGED));
            e.setMDCPropertyMap(Map.of("session", FORGED, "trace", FORGED));
            String line = line(e);
            assertThat(line).endsWith("\n").contains("é");
            assertThat(line.substring(0, line.length() - 1).chars())
                    .as("%s: %s", format, line)
                    .noneMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029');
        }
        assertThat(json(event("client of {} left", FORGED)).get("message").textValue())
                .isEqualTo("client of " + FORGED + " left");
    }

    @Test
    void halfACharacterIsNoObstacle() throws IOException {
        LogLines.use(LogFormat.JSON, "node1");
        assertThat(json(event("a\ud83d b")).get("message").textValue())
                .startsWith("a")
                .endsWith(" b");
    }

    private LoggingEvent failed() {
        IllegalStateException e = new IllegalStateException(FORGED, new IOException(FORGED));
        e.addSuppressed(new IOException(FORGED));
        return new LoggingEvent(
                "", context.getLogger("io.understudy.replay.ApplyLoop"), Level.ERROR, "it failed", e, new Object[0]);
    }

    private LoggingEvent event(String message, Object... arguments) {
        return new LoggingEvent(
                "", context.getLogger("io.understudy.replay.ApplyLoop"), Level.WARN, message, null, arguments);
    }

    private String line(LoggingEvent event) {
        return new String(lines.encode(event), StandardCharsets.UTF_8);
    }

    private JsonNode json(LoggingEvent event) throws IOException {
        String line = line(event);
        assertThat(line.lines()).hasSize(1);
        assertThat(line).endsWith("}\n");
        return new ObjectMapper().readTree(line);
    }
}
