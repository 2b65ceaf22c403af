package io.understudy.session;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * What a server says of the text and the name that it was sent, said of those that the client gave. Byte by byte: it may be in any encoding.
 */
final class ClientTerms {
    private static final char PLACE = 'P';
    private static final char MESSAGE = 'M';
    private static final int HEAD_BYTES = 5;

    private ClientTerms() {}

    /** @param before how many characters the client has before what the server was sent */
    static byte[] place(byte[] frame, int before) {
        return before == 0 ? frame : edited(frame, PLACE, place -> Integer.toString(Integer.parseInt(place) + before));
    }

    /** @param name of the client's for its statement, empty for the unnamed one */
    static byte[] statement(byte[] frame, String backendName, byte[] name) {
        String named = "prepared statement \"%s\"";
        return edited(
                frame,
                MESSAGE,
                message -> message.replace(
                        named.formatted(backendName), named.formatted(new String(name, StandardCharsets.ISO_8859_1))));
    }

    private static byte[] edited(byte[] frame, char code, UnaryOperator<String> edit) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(frame.length + HEAD_BYTES);
        out.write(frame, 0, HEAD_BYTES);
        int at = HEAD_BYTES;
        while (at < frame.length && frame[at] != 0) {
            int end = at + 1;
            while (end < frame.length && frame[end] != 0) {
                end++;
            }
            String value = new String(frame, at + 1, end - at - 1, StandardCharsets.ISO_8859_1);
            out.write(frame[at]);
            out.writeBytes((frame[at] == code ? edit.apply(value) : value).getBytes(StandardCharsets.ISO_8859_1));
            out.write(0);
            at = end + 1;
        }
        out.write(0);
        byte[] whole = out.toByteArray();
        ByteBuffer.wrap(whole).putInt(1, whole.length - 1);
        return whole;
    }
}
