package io.understudy.backend;

import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.MessageType;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** What pgjdbc reads: whole messages, none before pgjdbc asks for it, so that it never holds a part of what the raw reader is to get next. */
final class DriverInput extends InputStream {
    private final Dialogue dialogue;
    private final MessageInput in;
    private final MessageOutput out;
    private byte[] message = {};
    private int at;
    private int end;

    DriverInput(Dialogue dialogue, MessageInput in, MessageOutput out) {
        this.dialogue = dialogue;
        this.in = in;
        this.out = out;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int n) throws IOException {
        while (at == end) {
            if (!take()) {
                return -1;
            }
        }
        int k = Math.min(n, end - at);
        System.arraycopy(message, at, b, off, k);
        at += k;
        return k;
    }

    @Override
    public int available() throws IOException {
        return at < end ? end - at : in.ready() ? 1 : 0;
    }

    /** Takes the next message; what of it pgjdbc is to see lies between {@code at} and {@code end} afterwards. */
    private boolean take() throws IOException {
        int type = next();
        if (type < 0) {
            return false;
        }
        byte[] instead = type == MessageType.PARAMETER_STATUS ? dialogue.reported(in) : null;
        if (instead != null) {
            show(instead, 0, instead.length);
        } else if (dialogue.pass(type, in, out)) {
            if (in.streamed()) {
                byte[] all = in.copy();
                show(all, 0, all.length);
            } else {
                show(in.array(), in.frame(), in.length());
            }
        }
        return true;
    }

    /** pgjdbc repeats a read that timed out, for ever, unless the timeout was its own; during login it is ours. */
    private int next() throws IOException {
        try {
            return in.next();
        } catch (SocketTimeoutException e) {
            if (dialogue.loggedIn()) {
                throw e;
            }
            throw new IOException("server does not answer the login", e);
        }
    }

    private void show(byte[] bytes, int from, int length) {
        message = bytes;
        at = from;
        end = from + length;
    }
}
