package io.understudy.backend;

import io.understudy.backend.Statements.Prepared;
import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.MessageType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Calls that go to the server under one Sync, and their answers. Written by one thread while another may read. */
final class Batch {
    private final List<Call> calls;
    private final Statements statements;
    private final Charset charset;
    private final Prepared[] prepared;
    private final boolean[] parsed;
    /** Statements in the order in which the server will confirm them; only the reader touches it. */
    private final Queue<Prepared> parses = new ArrayDeque<>();

    private final List<String> dropped;
    private final long[] counts;
    private int answered;
    private @Nullable ErrorFields error;

    Batch(List<Call> calls, Statements statements, Charset charset) {
        this.calls = calls;
        this.statements = statements;
        this.charset = charset;
        // first, for what this batch drops may be among what it uses: the next batch closes that
        this.dropped = statements.takeDropped();
        this.prepared = new Prepared[calls.size()];
        this.parsed = new boolean[calls.size()];
        for (int i = 0; i < prepared.length; i++) {
            Prepared p = statements.of(calls.get(i).key());
            prepared[i] = p;
            parsed[i] = !p.known && !p.underway;
            if (parsed[i]) {
                p.underway = true;
                parses.add(p);
            }
        }
        this.counts = new long[calls.size()];
        Arrays.fill(counts, -1);
    }

    void write(MessageOutput out) throws IOException {
        for (String name : dropped) {
            out.begin(MessageType.CLOSE).int8('S').string(name).end();
        }
        for (int i = 0; i < prepared.length; i++) {
            Call call = calls.get(i);
            String name = prepared[i].name;
            if (parsed[i]) {
                parse(out, name, call);
            }
            if (call.texts().isEmpty()) {
                bind(out, name, call.parameters());
            } else {
                bindTexts(out, name, call.texts());
            }
            out.begin(MessageType.EXECUTE).string("").int32(0).end();
        }
        out.empty(MessageType.SYNC);
        out.flush();
    }

    private void parse(MessageOutput out, String name, Call call) throws IOException {
        out.begin(MessageType.PARSE).string(name);
        out.bytes(call.sql().getBytes(charset)).int8(0);
        out.int16(call.types().length);
        for (int type : call.types()) {
            out.int32(type);
        }
        out.end();
    }

    private static void bind(MessageOutput out, String statement, List<Parameter> parameters) throws IOException {
        byte[] name = statement.getBytes(StandardCharsets.UTF_8);
        long length = name.length + 8L;
        for (Parameter p : parameters) {
            length += 6 + (p.value() == null ? 0 : p.value().length);
        }
        // values may be so large that there is no room for them twice
        out.head(MessageType.BIND, Math.toIntExact(length)).int8(0).bytes(name).int8(0);
        out.int16(parameters.size());
        for (Parameter p : parameters) {
            out.int16(p.binary() ? 1 : 0);
        }
        out.int16(parameters.size());
        for (Parameter p : parameters) {
            byte[] value = p.value();
            if (value == null) {
                out.int32(-1);
            } else {
                out.int32(value.length).write(value);
            }
        }
        // no result formats: all text
        out.int16(0);
    }

    private static void bindTexts(MessageOutput out, String statement, List<LongText> texts) throws IOException {
        byte[] name = statement.getBytes(StandardCharsets.UTF_8);
        long length = name.length + 8L;
        for (LongText t : texts) {
            length += 4L + t.bytes();
        }
        out.head(MessageType.BIND, Math.toIntExact(length)).int8(0).bytes(name).int8(0);
        // no parameter formats: all text
        out.int16(0);
        out.int16(texts.size());
        for (LongText t : texts) {
            out.int32(t.bytes());
            t.writeTo(out);
        }
        out.int16(0);
    }

    /**
     * Reads the answers up to ReadyForQuery.
     *
     * @param rows takes the rows of all statements together, or null if nobody wants them
     */
    void read(MessageInput in, @Nullable Rows rows, Asynchronous asynchronous) throws IOException {
        while (true) {
            int type = in.next();
            switch (type) {
                case MessageType.READY_FOR_QUERY -> {
                    for (Prepared p : parses) {
                        p.underway = false;
                    }
                    return;
                }
                case MessageType.PARSE_COMPLETE -> confirm();
                case MessageType.DATA_ROW -> {
                    if (rows == null) {
                        in.skip();
                    } else {
                        rows.add(in, charset);
                    }
                }
                case MessageType.COMMAND_COMPLETE -> counts[answered++] = CommandTag.rows(in.string());
                case MessageType.EMPTY_QUERY_RESPONSE -> answered++;
                case MessageType.ERROR -> fail(ErrorFields.read(in));
                case MessageType.NOTICE, MessageType.NOTIFICATION, MessageType.PARAMETER_STATUS ->
                    asynchronous.take(type, in);
                case MessageType.COPY_IN_RESPONSE, MessageType.COPY_BOTH_RESPONSE ->
                    throw new IOException("COPY FROM STDIN cannot run here");
                case -1 -> throw new EOFException("server closed the connection");
                default -> in.skip();
            }
        }
    }

    private void confirm() throws IOException {
        Prepared p = parses.poll();
        if (p == null) {
            throw new IOException("unexpected answer of the server");
        }
        statements.confirm(p);
    }

    private void fail(ErrorFields fields) throws IOException {
        if (fields.isFatal()) {
            throw BackendUnavailable.said(fields, null);
        }
        error = fields;
    }

    /** @return rows per statement */
    long[] counts() throws ServerError {
        if (error != null) {
            if (error.sqlState().equals("26000")) {
                // somebody ran DEALLOCATE ALL or DISCARD ALL
                statements.forgetAll();
            }
            // a plan whose result type changed under it cannot be used again
            if (error.sqlState().equals("0A000") && answered < calls.size()) {
                statements.forget(calls.get(answered).key());
            }
            throw new ServerError(error, Math.min(answered, calls.size() - 1));
        }
        return counts;
    }

    /** Takes what the server sends unasked. */
    @FunctionalInterface
    interface Asynchronous {
        void take(int type, MessageInput in) throws IOException;
    }
}
