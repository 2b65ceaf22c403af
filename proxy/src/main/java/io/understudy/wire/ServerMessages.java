package io.understudy.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writers of the messages that a server sends. None of them flushes. */
public final class ServerMessages {
    /** ReadyForQuery outside a transaction, in one, and in a failed one. */
    public static final char IDLE = 'I';

    public static final char IN_TRANSACTION = 'T';
    public static final char FAILED = 'E';

    private static final int TEXT_OID = 25;

    private ServerMessages() {}

    public static void authenticationOk(MessageOutput out) throws IOException {
        out.begin(MessageType.AUTHENTICATION).int32(0).end();
    }

    public static void parameterStatus(MessageOutput out, String name, String value) throws IOException {
        out.begin(MessageType.PARAMETER_STATUS).string(name).string(value).end();
    }

    /** @param key 4 bytes in protocol 3.0, up to 256 from 3.2 */
    public static void backendKeyData(MessageOutput out, int pid, byte[] key) throws IOException {
        out.begin(MessageType.BACKEND_KEY_DATA).int32(pid).bytes(key).end();
    }

    /** @param status {@link #IDLE}, {@link #IN_TRANSACTION} or {@link #FAILED} */
    public static void readyForQuery(MessageOutput out, char status) throws IOException {
        out.begin(MessageType.READY_FOR_QUERY).int8(status).end();
    }

    public static void commandComplete(MessageOutput out, String tag) throws IOException {
        out.begin(MessageType.COMMAND_COMPLETE).string(tag).end();
    }

    public static void parseComplete(MessageOutput out) throws IOException {
        out.empty(MessageType.PARSE_COMPLETE);
    }

    public static void bindComplete(MessageOutput out) throws IOException {
        out.empty(MessageType.BIND_COMPLETE);
    }

    public static void closeComplete(MessageOutput out) throws IOException {
        out.empty(MessageType.CLOSE_COMPLETE);
    }

    public static void noData(MessageOutput out) throws IOException {
        out.empty(MessageType.NO_DATA);
    }

    public static void emptyQueryResponse(MessageOutput out) throws IOException {
        out.empty(MessageType.EMPTY_QUERY_RESPONSE);
    }

    public static void parameterDescription(MessageOutput out, int... types) throws IOException {
        out.begin(MessageType.PARAMETER_DESCRIPTION).int16(types.length);
        for (int type : types) {
            out.int32(type);
        }
        out.end();
    }

    /** Columns of type text, as SHOW has them. */
    public static void textColumns(MessageOutput out, List<String> names) throws IOException {
        out.begin(MessageType.ROW_DESCRIPTION).int16(names.size());
        for (String name : names) {
            out.string(name)
                    .int32(0)
                    .int16(0)
                    .int32(TEXT_OID)
                    .int16(-1)
                    .int32(-1)
                    .int16(0);
        }
        out.end();
    }

    /** A row of values in text format. */
    public static void textRow(MessageOutput out, List<? extends @Nullable String> values) throws IOException {
        out.begin(MessageType.DATA_ROW).int16(values.size());
        for (String value : values) {
            if (value == null) {
                out.int32(-1);
            } else {
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                out.int32(bytes.length).bytes(bytes);
            }
        }
        out.end();
    }

    /** @param version the one that will be spoken */
    public static void negotiateProtocolVersion(MessageOutput out, ProtocolVersion version, List<String> unknownOptions)
            throws IOException {
        out.begin(MessageType.NEGOTIATE_PROTOCOL_VERSION).int32(version.code()).int32(unknownOptions.size());
        for (String option : unknownOptions) {
            out.string(option);
        }
        out.end();
    }
}
