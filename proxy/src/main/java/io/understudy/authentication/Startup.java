package io.understudy.authentication;

import io.understudy.authentication.StartupOutcome.CancelRequest;
import io.understudy.authentication.StartupOutcome.Closed;
import io.understudy.authentication.StartupOutcome.Refused;
import io.understudy.authentication.StartupOutcome.SessionRequest;
import io.understudy.tls.ServerContext;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.ProtocolException;
import io.understudy.wire.ProtocolVersion;
import io.understudy.wire.ServerMessages;
import io.understudy.wire.StartupPacket;
import java.io.EOFException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The first words on a connection. */
public final class Startup {
    private static final Set<String> FALSE = Set.of("false", "off", "no", "0", "f", "n", "of", "fa", "fal", "fals");

    /** A record of TLS begins so that a client is the first to send in it: it did not ask whether it may. */
    private static final int HANDSHAKE = 0x16;

    private Startup() {}

    /**
     * Answers requests for encryption until the client says what it wants. What refuses it is sent to it.
     *
     * @param tls what connections of clients can be encrypted with; empty: not at all
     * @param nodes what those of nodes can be encrypted with
     * @throws IOException if the connection breaks or runs out of time
     */
    public static StartupOutcome negotiate(
            ClientConnection client, Optional<ServerContext> tls, Optional<ServerContext> nodes) throws IOException {
        Set<StartupPacket.Encryption> asked = EnumSet.noneOf(StartupPacket.Encryption.class);
        if (tls.isPresent()) {
            if (!client.in().read()) {
                return new Closed();
            }
            if (client.in().typeAhead() == HANDSHAKE) {
                // Without a word in plain before it only this keeps another protocol's clients from being led here.
                if (!client.encrypt(tls.get()).equals(ServerContext.PROTOCOL)) {
                    return new Closed();
                }
                asked.addAll(EnumSet.allOf(StartupPacket.Encryption.class));
            }
        }
        while (true) {
            MessageOutput out = client.out();
            byte[] body;
            try {
                body = client.in().nextUntyped(StartupPacket.BYTES_MAX);
            } catch (ProtocolException | EOFException e) {
                // whoever speaks so would not understand an error message
                return new Closed();
            }
            if (body.length == 0) {
                return new Closed();
            }
            StartupPacket packet;
            try {
                packet = StartupPacket.parse(body);
            } catch (ProtocolException e) {
                return refuse(out, "08P01", messageOf(e));
            }
            switch (packet) {
                case StartupPacket.Encryption e -> {
                    if (!asked.add(e)) {
                        return refuse(
                                out,
                                "0A000",
                                "encryption was " + (client.isEncrypted() ? "begun" : "refused") + " before");
                    }
                    Optional<ServerContext> offered = switch (e) {
                        case SSL -> tls;
                        case NODE -> nodes;
                        case GSS -> Optional.empty();
                    };
                    if ((tls.isPresent() || offered.isPresent()) && client.in().ahead()) {
                        return refuse(out, injected(e));
                    }
                    if (offered.isPresent()) {
                        out.int8('S');
                        out.flush();
                        client.encrypt(offered.get());
                        asked.addAll(EnumSet.allOf(StartupPacket.Encryption.class));
                    } else {
                        out.int8('N');
                        out.flush();
                    }
                }
                case StartupPacket.Cancel c -> {
                    return new CancelRequest(c.pid(), c.key());
                }
                case StartupPacket.Unsupported u -> {
                    return refuse(
                            out,
                            "0A000",
                            "unsupported frontend protocol " + u.version() + ": server supports " + ProtocolVersion.V3_0
                                    + " to " + ProtocolVersion.V3_2);
                }
                case StartupPacket.Session s -> {
                    return session(s, out);
                }
            }
        }
    }

    /** What came in plain before the keys were agreed on must not be taken for what the client says: anybody on the way could have sent it. */
    private static ErrorFields injected(StartupPacket.Encryption asked) {
        return ErrorFields.fatal("08P01", "received unencrypted data after " + asked + " request", "")
                .with(
                        'D',
                        "This could be either a client-software bug or evidence of an attempted man-in-the-middle"
                                + " attack.");
    }

    private static StartupOutcome session(StartupPacket.Session s, MessageOutput out) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>(s.parameters());
        String user = settings.remove("user");
        String database = settings.remove("database");
        String replication = settings.remove("replication");
        if (user == null || user.isEmpty()) {
            return refuse(out, "28000", "no PostgreSQL user name specified in startup packet");
        }
        if (replication != null && !FALSE.contains(replication.toLowerCase(Locale.ROOT))) {
            return refuse(out, "0A000", "replication connections are not supported by Understudy");
        }
        ProtocolVersion version = s.version().compareTo(ProtocolVersion.V3_2) > 0 ? ProtocolVersion.V3_2 : s.version();
        if (!version.equals(s.version()) || !s.protocolOptions().isEmpty()) {
            ServerMessages.negotiateProtocolVersion(out, version, s.protocolOptions());
        }
        return new SessionRequest(user, database == null || database.isEmpty() ? user : database, settings, version);
    }

    private static Refused refuse(MessageOutput out, String sqlState, String message) throws IOException {
        return refuse(out, ErrorFields.fatal(sqlState, message, ""));
    }

    private static Refused refuse(MessageOutput out, ErrorFields fields) throws IOException {
        fields.write(out);
        out.flush();
        return new Refused(fields);
    }

    private static String messageOf(ProtocolException e) {
        return e.getMessage() == null ? "invalid startup packet" : e.getMessage();
    }
}
