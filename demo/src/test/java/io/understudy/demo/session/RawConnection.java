package io.understudy.demo.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A client that speaks the protocol byte by byte, and so can also speak it badly. */
final class RawConnection implements Closeable {
    private static final int CANCEL = 80877102;
    private static final int ANSWER_MILLIS_MAX = 20_000;

    private final int port;
    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    final Map<String, String> parameters = new LinkedHashMap<>();
    private byte[] key = {};

    /** A message of the server. */
    record Answer(char type, byte[] body) {
        /** A field of an error. */
        String field(char code) {
            for (String field : new String(body, UTF_8).split("\0")) {
                if (!field.isEmpty() && field.charAt(0) == code) {
                    return field.substring(1);
                }
            }
            return "";
        }

        String text() {
            return new String(body, UTF_8);
        }
    }

    private RawConnection(int port) throws IOException {
        this.port = port;
        socket.connect(new InetSocketAddress("127.0.0.1", port), ANSWER_MILLIS_MAX);
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Connected, nothing said yet. */
    static RawConnection open(int port) throws IOException {
        return new RawConnection(port);
    }

    /** Logged in. */
    static RawConnection login(int port, String password) throws IOException {
        RawConnection c = new RawConnection(port);
        List<Answer> greeting = c.startup("postgres", "postgres", password);
        if (greeting.getLast().type() != 'Z') {
            c.close();
            throw new IOException("login failed: " + greeting.getLast().text());
        }
        return c;
    }

    /** Sends a startup packet and goes through the login. @return what the server said after it, up to ReadyForQuery or an error */
    List<Answer> startup(String user, String database, String password) throws IOException {
        byte[] body = ("user\0" + user + "\0database\0" + database + "\0\0").getBytes(UTF_8);
        raw(ByteBuffer.allocate(8 + body.length)
                .putInt(8 + body.length)
                .putInt(3 << 16)
                .put(body)
                .array());
        Scram scram = new Scram(password);
        List<Answer> answers = new ArrayList<>();
        while (true) {
            Answer a = next();
            answers.add(a);
            ByteBuffer b = ByteBuffer.wrap(a.body());
            switch (a.type()) {
                case 'R' -> {
                    try {
                        answerChallenge(scram, b.getInt(), a.body());
                    } catch (GeneralSecurityException e) {
                        throw new IOException(e);
                    }
                }
                case 'S' -> note(a);
                case 'K' -> key = a.body();
                case 'E', 'Z' -> {
                    return answers;
                }
                default -> {}
            }
        }
    }

    private void answerChallenge(Scram scram, int kind, byte[] body) throws IOException, GeneralSecurityException {
        if (kind == 10) {
            byte[] first = scram.first().getBytes(UTF_8);
            byte[] name = "SCRAM-SHA-256\0".getBytes(UTF_8);
            send(
                    'p',
                    ByteBuffer.allocate(name.length + 4 + first.length)
                            .put(name)
                            .putInt(first.length)
                            .put(first)
                            .array());
        } else if (kind == 11) {
            send('p', scram.last(new String(body, 4, body.length - 4, UTF_8)).getBytes(UTF_8));
        }
    }

    private void note(Answer a) {
        String[] parts = a.text().split("\0", -1);
        parameters.put(parts[0], parts[1]);
    }

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void send(char type, byte[] body) throws IOException {
        ByteArrayOutputStream b = new ByteArrayOutputStream();
        b.write(type);
        b.writeBytes(ByteBuffer.allocate(4).putInt(body.length + 4).array());
        b.writeBytes(body);
        raw(b.toByteArray());
    }

    void sendQuery(String sql) throws IOException {
        send('Q', (sql + '\0').getBytes(UTF_8));
    }

    /** Parse, Bind and Execute of the unnamed statement without parameters; no Sync. */
    void sendExtended(String sql) throws IOException {
        send('P', ('\0' + sql + "\0\0\0").getBytes(UTF_8));
        send('B', new byte[8]);
        send('E', new byte[5]);
    }

    List<Answer> query(String sql) throws IOException {
        sendQuery(sql);
        return untilReady();
    }

    /** Up to ReadyForQuery or the end of the connection. */
    List<Answer> untilReady() throws IOException {
        List<Answer> answers = new ArrayList<>();
        while (true) {
            Answer a;
            try {
                a = next();
            } catch (EOFException e) {
                return answers;
            }
            if (a.type() == 'S') {
                note(a);
            }
            answers.add(a);
            if (a.type() == 'Z') {
                return answers;
            }
        }
    }

    Answer next() throws IOException {
        char type = (char) in.readUnsignedByte();
        byte[] body = new byte[in.readInt() - 4];
        in.readFully(body);
        return new Answer(type, body);
    }

    /** One byte, -1 at the end. */
    int read() throws IOException {
        return in.read();
    }

    /** Sends a cancel request for this session, on a connection of its own. */
    void cancel() throws IOException {
        try (RawConnection c = open(port)) {
            c.raw(ByteBuffer.allocate(8 + key.length)
                    .putInt(8 + key.length)
                    .putInt(CANCEL)
                    .put(key)
                    .array());
            while (c.read() >= 0) {
                // until it has been dealt with
            }
        }
    }

    /** Leaves as a process that was killed on a crashed machine: by a reset, not a good-bye. */
    void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
