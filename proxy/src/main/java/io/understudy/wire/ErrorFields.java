package io.understudy.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fields of an ErrorResponse or NoticeResponse by their one-letter codes.
 *
 * @param fields in the order they are sent
 */
public record ErrorFields(Map<Character, String> fields) {
    public ErrorFields {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public static ErrorFields error(String sqlState, String message, String hint) {
        return of("ERROR", sqlState, message, hint);
    }

    public static ErrorFields fatal(String sqlState, String message, String hint) {
        return of("FATAL", sqlState, message, hint);
    }

    private static ErrorFields of(String severity, String sqlState, String message, String hint) {
        Map<Character, String> f = new LinkedHashMap<>();
        f.put('S', severity);
        f.put('V', severity);
        f.put('C', sqlState);
        f.put('M', message);
        if (!hint.isEmpty()) {
            f.put('H', hint);
        }
        return new ErrorFields(f);
    }

    /**
     * Reads the body of the message {@code in} stands at. Of a message longer than {@link MessageInput#WHOLE_BYTES_MAX} the fields in its head are
     * kept, the last of them cut; its tail is passed over.
     */
    public static ErrorFields read(MessageInput in) throws IOException {
        Map<Character, String> f = new LinkedHashMap<>();
        if (in.streamed()) {
            for (String field : in.text(in.remaining(), StandardCharsets.UTF_8).split("\0")) {
                if (!field.isEmpty()) {
                    f.put(field.charAt(0), field.substring(1));
                }
            }
            in.skip();
        } else {
            for (int code = in.int8(); code != 0; code = in.int8()) {
                f.put((char) code, in.string());
            }
        }
        return new ErrorFields(f);
    }

    /** Reads a whole message, type byte and length included. */
    public static ErrorFields ofFrame(byte[] frame) {
        Map<Character, String> f = new LinkedHashMap<>();
        int at = 5;
        while (at < frame.length && frame[at] != 0) {
            int end = at + 1;
            while (end < frame.length && frame[end] != 0) {
                end++;
            }
            f.put((char) frame[at], new String(frame, at + 1, end - at - 1, StandardCharsets.UTF_8));
            at = end + 1;
        }
        return new ErrorFields(f);
    }

    /** The same error with one more field or another value of it. */
    public ErrorFields with(char code, String value) {
        Map<Character, String> f = new LinkedHashMap<>(fields);
        f.put(code, value);
        return new ErrorFields(f);
    }

    /** The same error without a field. */
    public ErrorFields without(char code) {
        Map<Character, String> f = new LinkedHashMap<>(fields);
        f.remove(code);
        return new ErrorFields(f);
    }

    public String sqlState() {
        return fields.getOrDefault('C', "XX000");
    }

    public String message() {
        return fields.getOrDefault('M', "");
    }

    /** The function of the server's that raised it; empty where it does not say. */
    public String routine() {
        return fields.getOrDefault('R', "");
    }

    public boolean isFatal() {
        String severity = fields.getOrDefault('V', fields.getOrDefault('S', ""));
        return severity.equals("FATAL") || severity.equals("PANIC");
    }

    /** Writes it as an ErrorResponse. */
    public void write(MessageOutput out) throws IOException {
        write(out, MessageType.ERROR);
    }

    /** Writes it as a NoticeResponse. */
    public void writeNotice(MessageOutput out) throws IOException {
        write(out, MessageType.NOTICE);
    }

    private void write(MessageOutput out, char type) throws IOException {
        out.begin(type);
        for (Map.Entry<Character, String> e : fields.entrySet()) {
            out.int8(e.getKey()).string(e.getValue());
        }
        out.int8(0).end();
    }
}
