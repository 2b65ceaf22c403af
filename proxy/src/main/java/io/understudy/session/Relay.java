package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.backend.ObjectIds;
import io.understudy.log.TransactionToken;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries a backend's answers to the client until nothing is owed any more. ReadyForQuery is never passed on: whether a transaction is over is the session's to say.
 */
final class Relay {
    private static final int FLUSH_BYTES = 1 << 15;

    private final MessageInput clientIn;
    private final MessageOutput clientOut;
    private final Presence client;
    private final ToldParameters told;
    private final Reports reports;

    private int parsesAnswered;
    private boolean syncSwallowed;

    Relay(MessageInput clientIn, MessageOutput clientOut, Presence client, ToldParameters told, Reports reports) {
        this.told = told;
        this.reports = reports;
        this.clientIn = clientIn;
        this.clientOut = clientOut;
        this.client = client;
    }

    /** How to treat what comes back. */
    static final class Watch {
        /** Do not pass on CommandComplete of a simple query: its commit comes first. */
        boolean holdCompletion;
        /** Treat 25006 as a wrong classification as long as the client has seen nothing. */
        boolean catchReadOnly;

        /** Treat any error so as long as the client has seen nothing. */
        boolean catchErrors;

        /** Treat what {@link MovedMaster} says as long as the client has seen nothing. */
        boolean catchMoved;

        /** Say of 2D000 that it is not supported: alone with PostgreSQL the code could have ended the transaction it runs in. */
        boolean endsNoTransaction;

        private long before;

        /** What runs; null for what the client has not sent. */
        @Nullable
        Work work;

        @Nullable
        ErrorFields error;

        boolean misrouted;
        boolean moved;
        char status = 'I';

        @Nullable
        String heldCompletion;

        long token = -1;
        long seen = -1;

        @Nullable
        TransactionToken transaction;

        boolean suspended;
        final List<String> completions = new ArrayList<>(2);

        /** @return whether that is what a master's proxy says to those that relay to it, not a setting of the client's */
        boolean heard(String name, String value) {
            switch (name) {
                case Reports.TOKEN -> token = Long.parseLong(value);
                case Reports.SEEN -> seen = Long.parseLong(value);
                case Reports.TRANSACTION -> transaction = TransactionToken.parse(value);
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    /** Reads until {@code answers} is empty. */
    void run(Backend backend, Answers answers, Watch w) throws IOException, BackendGone {
        parsesAnswered = 0;
        w.before = clientOut.position();
        long flushed = w.before;
        MessageInput in = backend.in();
        try {
            localAnswers(answers, w);
            while (!answers.isEmpty()) {
                if (clientOut.position() - flushed > FLUSH_BYTES && !in.buffered()) {
                    flushClient();
                    flushed = clientOut.position();
                }
                int type = nextFrom(backend);
                answer((char) type, in, backend, answers, w);
                localAnswers(answers, w);
            }
        } catch (ClientGone e) {
            throw e.getIOException();
        }
    }

    private int nextFrom(Backend backend) throws BackendGone, ClientGone {
        MessageInput in = backend.in();
        try {
            int type = in.buffered() ? in.next() : nextWhilePresent(backend);
            if (type < 0) {
                throw new BackendGone(null, new EOFException("connection closed"));
            }
            return type;
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
    }

    private int nextWhilePresent(Backend backend) throws IOException, ClientGone {
        client.waitsFor(backend);
        int type;
        try {
            type = backend.in().next();
        } catch (IOException e) {
            if (!client.goesOn()) {
                throw new ClientGone(e);
            }
            throw e;
        }
        if (!client.goesOn()) {
            throw new ClientGone(new EOFException("client vanished while its statement ran"));
        }
        return type;
    }

    private void localAnswers(Answers answers, Watch w) throws IOException {
        while (true) {
            switch (answers.kind()) {
                case Answers.PARSE_LOCAL -> {
                    clientOut.empty('1');
                    parsesAnswered++;
                }
                case Answers.CLOSE_LOCAL -> clientOut.empty('3');
                default -> {
                    return;
                }
            }
            answers.done();
        }
    }

    private void answer(char type, MessageInput in, Backend backend, Answers answers, Watch w)
            throws IOException, BackendGone, ClientGone {
        byte kind = answers.kind();
        switch (type) {
            case '1' -> {
                prepared(backend, answers.about());
                if (kind == Answers.PARSE) {
                    pass(in);
                    parsesAnswered++;
                }
                answers.done();
            }
            case '2', '3' -> {
                if (kind != Answers.CLOSE_HIDDEN) {
                    pass(in);
                }
                answers.done();
            }
            case 'T', 'n' -> {
                ObjectIds ids = backend.translation().toClient();
                if (ids != null && type == 'T' && !in.streamed()) {
                    ForeignIds.inRowDescription(in.array(), in.frame(), in.length(), ids);
                }
                pass(in);
                if (kind == Answers.DESCRIBE) {
                    answers.done();
                }
            }
            case 'C' -> {
                if (kind == Answers.QUERY_HIDDEN || kind == Answers.SETTING) {
                    skip(in);
                    return;
                }
                w.completions.add(completionTag(in));
                if (kind == Answers.QUERY && w.holdCompletion) {
                    w.heldCompletion = w.completions.getLast();
                } else {
                    pass(in);
                }
                if (kind == Answers.EXECUTE) {
                    answers.done();
                }
            }
            case 'I', 's' -> {
                w.completions.add("");
                w.suspended |= type == 's';
                pass(in);
                if (kind == Answers.EXECUTE) {
                    answers.done();
                }
            }
            case 'E' -> error(in, backend, answers, w);
            case 'Z' -> {
                w.status = (char) readInt8(in);
                answers.done();
            }
            case 'N', 'A' -> {
                pass(in);
                if (!in.buffered()) {
                    flushClient();
                }
            }
            case 'S' -> parameter(in, backend, w, kind);
            case 'G' -> {
                pass(in);
                flushClient();
                copyFromClient(backend);
                if (kind == Answers.EXECUTE) {
                    // a server passes over the Sync that comes while it waits for data
                    syncSwallowed = true;
                    backend.out().empty('S');
                    flushBackend(backend);
                }
            }
            case 't' -> {
                ObjectIds ids = backend.translation().toClient();
                if (ids != null && !in.streamed()) {
                    ForeignIds.inParameterDescription(in.array(), in.frame(), in.length(), ids);
                }
                pass(in);
            }
            case 'W' -> throw new ProtocolException("replication is not served");
            default -> pass(in);
        }
    }

    /** The Close of what had to go for it travels with the next batch. */
    private static void prepared(Backend backend, long id) {
        backend.add(id, backend::closeLater);
    }

    private void error(MessageInput in, Backend backend, Answers answers, Watch w)
            throws IOException, BackendGone, ClientGone {
        ErrorFields fields;
        byte[] frame;
        try {
            frame = in.copy();
            fields = ErrorFields.ofFrame(frame);
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
        if (fields.isFatal()) {
            throw new BackendGone(fields, new EOFException(fields.message()));
        }
        if (w.error == null) {
            w.error = fields;
        }
        if (w.work != null && fields.routine().equals("RevalidateCachedQuery")) {
            // "cached plan must not change result type"
            w.work.outdated(backend, answers.about());
        }
        if (w.endsNoTransaction && fields.sqlState().equals("2D000") && !w.misrouted) {
            w.error = NestedEnd.refusal(fields);
            w.error.write(clientOut);
        } else if ((w.catchErrors || w.catchReadOnly && fields.sqlState().equals("25006")) && takeBack(w)) {
            w.misrouted = true;
        } else if (w.catchMoved && MovedMaster.is(fields) && takeBack(w)) {
            w.moved = true;
        } else if (!w.misrouted && !w.moved) {
            tell(w.work == null ? frame : w.work.error(frame, answers.kind(), answers.about()), fields);
        }
        answers.skipToSync();
    }

    private void tell(byte[] frame, ErrorFields fields) throws IOException {
        if (OwnContext.isIn(fields)) {
            OwnContext.hidden(ErrorFields.ofFrame(frame)).write(clientOut);
        } else {
            clientOut.write(frame, 0, frame.length);
        }
    }

    private void parameter(MessageInput in, Backend backend, Watch w, byte kind)
            throws IOException, BackendGone, ClientGone {
        String name;
        String value;
        try {
            name = in.string();
            value = in.string();
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
        backend.reported(name, value);
        if (name.equals(Reports.TRANSACTION)) {
            tellAhead(TransactionToken.parse(value));
        }
        if (!w.heard(name, value) && kind != Answers.QUERY_HIDDEN && !name.equals("default_transaction_read_only")) {
            told.note(name, value);
        }
    }

    private void tellAhead(TransactionToken token) throws ClientGone {
        try {
            reports.beforeCommit(token);
        } catch (IOException e) {
            throw new ClientGone(e);
        }
    }

    /** Before a run that may not come to be. */
    void nothingAnswered() {
        parsesAnswered = 0;
        syncSwallowed = false;
    }

    /** Whether a Sync that the client sent with the last run has no effect, as behind COPY FROM STDIN: the client sends another one. */
    boolean syncSwallowed() {
        return syncSwallowed;
    }

    /** How many of the client's Parse messages the last run answered. */
    int parsesAnswered() {
        return parsesAnswered;
    }

    /** What the client may be shown is unsent still, and can be taken back. */
    boolean takeBack(Watch w) {
        if (!clientOut.holds(w.before)) {
            return false;
        }
        clientOut.rewind(w.before);
        return true;
    }

    /** Passes on a completion that was held. */
    void complete(String tag) throws IOException {
        clientOut.begin('C').string(tag).end();
    }

    /** The client's COPY data goes to the backend until it says that it is done or gives up. */
    private void copyFromClient(Backend backend) throws IOException, BackendGone, ClientGone {
        while (true) {
            int type;
            try {
                if (!clientIn.buffered() && !clientIn.ready()) {
                    flushBackend(backend);
                }
                type = clientIn.next();
            } catch (IOException e) {
                throw new ClientGone(e);
            }
            switch (type) {
                case -1 -> throw new ClientGone(new EOFException("client vanished in COPY"));
                case 'd' -> toBackend(backend);
                case 'c', 'f' -> {
                    toBackend(backend);
                    flushBackend(backend);
                    return;
                }
                case 'H', 'S' -> {}
                default -> throw new ClientGone(new ProtocolException("unexpected message in COPY"));
            }
        }
    }

    private void toBackend(Backend backend) throws BackendGone, ClientGone {
        // Which side broke cannot be told from here; a broken client is noticed at its next message.
        try {
            clientIn.copyTo(backend.out());
        } catch (EOFException | ProtocolException e) {
            throw new ClientGone(e);
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
    }

    private static void flushBackend(Backend backend) throws BackendGone {
        try {
            backend.out().flush();
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
    }

    private void flushClient() throws ClientGone {
        try {
            clientOut.flush();
        } catch (IOException e) {
            throw new ClientGone(e);
        }
    }

    private void pass(MessageInput in) throws BackendGone, ClientGone {
        if (in.streamed()) {
            passLong(in);
            return;
        }
        try {
            clientOut.write(in.array(), in.frame(), in.length());
        } catch (IOException e) {
            throw new ClientGone(e);
        }
    }

    private void passLong(MessageInput in) throws BackendGone, ClientGone {
        ClientSink sink = new ClientSink(clientOut);
        try {
            in.copyTo(sink);
        } catch (IOException e) {
            if (sink.failure != null) {
                throw new ClientGone(sink.failure);
            }
            throw new BackendGone(null, e);
        }
    }

    private static void skip(MessageInput in) throws BackendGone {
        try {
            in.skip();
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
    }

    private static int readInt8(MessageInput in) throws BackendGone {
        try {
            return in.int8();
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
    }

    private static String completionTag(MessageInput in) throws BackendGone {
        int body = in.frame() + 5;
        int n = in.length() - 6;
        if (in.streamed() || n < 0) {
            throw new BackendGone(null, new ProtocolException("broken CommandComplete"));
        }
        return new String(in.array(), body, n, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Remembers that it was the client's side that failed. */
    private static final class ClientSink extends java.io.OutputStream {
        private final MessageOutput out;
        private @Nullable IOException failure;

        ClientSink(MessageOutput out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] b, int off, int n) throws IOException {
            try {
                out.write(b, off, n);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
