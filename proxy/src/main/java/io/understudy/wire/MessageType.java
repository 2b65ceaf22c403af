package io.understudy.wire;

/** Type bytes of protocol 3 messages. Some letters mean one thing from a client and another from a server. */
public final class MessageType {
    // ---- sent by clients
    public static final char BIND = 'B';
    public static final char CLOSE = 'C';
    public static final char COPY_FAIL = 'f';
    public static final char DESCRIBE = 'D';
    public static final char EXECUTE = 'E';
    public static final char FLUSH = 'H';
    public static final char FUNCTION_CALL = 'F';
    public static final char PARSE = 'P';
    /** PasswordMessage, SASLInitialResponse and SASLResponse alike. */
    public static final char PASSWORD = 'p';

    public static final char QUERY = 'Q';
    public static final char SYNC = 'S';
    public static final char TERMINATE = 'X';

    // ---- sent by both
    public static final char COPY_DATA = 'd';
    public static final char COPY_DONE = 'c';

    // ---- sent by servers
    public static final char AUTHENTICATION = 'R';
    public static final char BACKEND_KEY_DATA = 'K';
    public static final char BIND_COMPLETE = '2';
    public static final char CLOSE_COMPLETE = '3';
    public static final char COMMAND_COMPLETE = 'C';
    public static final char COPY_BOTH_RESPONSE = 'W';
    public static final char COPY_IN_RESPONSE = 'G';
    public static final char COPY_OUT_RESPONSE = 'H';
    public static final char DATA_ROW = 'D';
    public static final char EMPTY_QUERY_RESPONSE = 'I';
    public static final char ERROR = 'E';
    public static final char FUNCTION_CALL_RESPONSE = 'V';
    public static final char NEGOTIATE_PROTOCOL_VERSION = 'v';
    public static final char NO_DATA = 'n';
    public static final char NOTICE = 'N';
    public static final char NOTIFICATION = 'A';
    public static final char PARAMETER_DESCRIPTION = 't';
    public static final char PARAMETER_STATUS = 'S';
    public static final char PARSE_COMPLETE = '1';
    public static final char PORTAL_SUSPENDED = 's';
    public static final char READY_FOR_QUERY = 'Z';
    public static final char ROW_DESCRIPTION = 'T';

    private MessageType() {}
}
