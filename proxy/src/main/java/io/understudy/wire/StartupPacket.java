package io.understudy.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a client may send first. */
public sealed interface StartupPacket {
    /** Longest packet, length field included, in bytes. */
    int BYTES_MAX = 10_000;

    /** A question whether the connection can be encrypted; answered by one letter, after which the client sends another packet. */
    enum Encryption implements StartupPacket {
        SSL(5679),
        GSS(5680),
        /** By which nodes encrypt among themselves; nobody else knows it. */
        NODE(6432);

        private final int minor;

        Encryption(int minor) {
            this.minor = minor;
        }

        /** What stands for the version in its packet. */
        public int code() {
            return REQUESTS << 16 | minor;
        }
    }

    /** Major of the versions that are none. */
    int REQUESTS = 1234;

    /**
     * Asks to cancel what a session is doing, on a connection of its own.
     *
     * @param key not to be changed
     */
    record Cancel(int pid, byte[] key) implements StartupPacket {}

    /**
     * Asks for a session.
     *
     * @param version as asked for; its major is 3
     * @param parameters user, database, options and settings, in their order
     * @param protocolOptions names beginning with {@code _pq_.}, none of which is known here
     */
    record Session(ProtocolVersion version, Map<String, String> parameters, List<String> protocolOptions)
            implements StartupPacket {
        public Session {
            parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
            protocolOptions = List.copyOf(protocolOptions);
        }
    }

    /** Asks for a protocol nobody speaks. */
    record Unsupported(ProtocolVersion version) implements StartupPacket {}

    /**
     * @param body without the length
     * @throws ProtocolException with PostgreSQL's words if it is malformed
     */
    static StartupPacket parse(byte[] body) throws ProtocolException {
        if (body.length < 4) {
            throw new ProtocolException("invalid length of startup packet");
        }
        ByteBuffer b = ByteBuffer.wrap(body);
        ProtocolVersion version = ProtocolVersion.of(b.getInt());
        if (version.major() == REQUESTS) {
            return switch (version.minor()) {
                case 5678 -> cancel(b);
                default ->
                    Arrays.stream(Encryption.values())
                            .filter(e -> e.minor == version.minor())
                            .map(StartupPacket.class::cast)
                            .findFirst()
                            .orElse(new Unsupported(version));
            };
        }
        return version.major() == 3 ? session(version, b) : new Unsupported(version);
    }

    private static Cancel cancel(ByteBuffer b) throws ProtocolException {
        // 4 bytes of pid, a key of 4 to 256
        if (b.remaining() < 8 || b.remaining() > 260) {
            throw new ProtocolException("invalid length of cancel request");
        }
        int pid = b.getInt();
        byte[] key = new byte[b.remaining()];
        b.get(key);
        return new Cancel(pid, key);
    }

    private static Session session(ProtocolVersion version, ByteBuffer b) throws ProtocolException {
        Map<String, String> parameters = new LinkedHashMap<>();
        List<String> options = new ArrayList<>();
        for (String name = string(b); !name.isEmpty(); name = string(b)) {
            String value = string(b);
            if (name.startsWith("_pq_.")) {
                options.add(name);
            } else {
                parameters.put(name, value);
            }
        }
        if (b.hasRemaining()) {
            throw badLayout();
        }
        return new Session(version, parameters, options);
    }

    private static String string(ByteBuffer b) throws ProtocolException {
        int from = b.position();
        while (b.hasRemaining()) {
            if (b.get() == 0) {
                return new String(b.array(), from, b.position() - 1 - from, StandardCharsets.UTF_8);
            }
        }
        throw badLayout();
    }

    private static ProtocolException badLayout() {
        return new ProtocolException("invalid startup packet layout: expected terminator as last byte");
    }
}
