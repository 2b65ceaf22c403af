package io.understudy.authentication;

import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.MessageType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A client that can say anything. */
final class RawClient implements AutoCloseable {
    final Socket socket;
    final MessageInput in;
    final MessageOutput out;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        in = new MessageInput(socket.getInputStream());
        out = new MessageOutput(socket.getOutputStream());
    }

    RawClient startup(int version, String... strings) throws IOException {
        out.beginUntyped().int32(version);
        for (String s : strings) {
            out.string(s);
        }
        out.int8(0).end();
        out.flush();
        return this;
    }

    RawClient sasl(String mechanism, String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        out.begin(MessageType.PASSWORD)
                .string(mechanism)
                .int32(bytes.length)
                .bytes(bytes)
                .end();
        out.flush();
        return this;
    }

    RawClient response(String message) throws IOException {
        out.begin(MessageType.PASSWORD)
                .bytes(message.getBytes(StandardCharsets.ISO_8859_1))
                .end();
        out.flush();
        return this;
    }

    /** The next authentication message's text behind its code. */
    String challenge() throws IOException {
        int type = in.next();
        if (type != MessageType.AUTHENTICATION) {
            throw new IOException("got " + (type == MessageType.ERROR ? ErrorFields.read(in) : type));
        }
        in.int32();
        return in.text(in.remaining(), StandardCharsets.ISO_8859_1);
    }

    /** The error the server ends with; empty if it just closes the connection. */
    Optional<ErrorFields> end() throws IOException {
        try {
            for (int type = in.next(); type >= 0; type = in.next()) {
                if (type == MessageType.ERROR) {
                    return Optional.of(ErrorFields.read(in));
                }
            }
        } catch (SocketException e) {
            // reset is closed
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
