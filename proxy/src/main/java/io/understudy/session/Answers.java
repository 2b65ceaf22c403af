package io.understudy.session;

import java.util.Arrays;

/** What a backend still owes us, in order. A ring of kinds, each with what it is about: for Parse and a hidden Close the statement's id, for Bind, Describe and Execute the message's number. */
final class Answers {
    static final byte PARSE = 1;
    /** A Parse that the proxy put in. */
    static final byte PARSE_HIDDEN = 2;
    /** A Parse that need not be sent: answered when its turn comes. */
    static final byte PARSE_LOCAL = 3;

    static final byte BIND = 4;
    static final byte DESCRIBE = 5;
    static final byte EXECUTE = 6;
    static final byte CLOSE = 7;
    static final byte CLOSE_LOCAL = 8;
    /** A Close that the proxy put in. */
    static final byte CLOSE_HIDDEN = 12;

    static final byte SYNC = 9;
    static final byte QUERY = 10;
    /** A simple query of the proxy's own. */
    static final byte QUERY_HIDDEN = 11;

    /** A simple query of the proxy's own that changes settings for the client. */
    static final byte SETTING = 13;

    private byte[] kinds = new byte[32];
    private long[] about = new long[32];
    private int head;
    private int size;

    void add(byte kind, long what) {
        if (size == kinds.length) {
            byte[] k = new byte[size * 2];
            long[] a = new long[size * 2];
            for (int i = 0; i < size; i++) {
                k[i] = kinds[(head + i) % size];
                a[i] = about[(head + i) % size];
            }
            kinds = k;
            about = a;
            head = 0;
        }
        int at = (head + size) % kinds.length;
        kinds[at] = kind;
        about[at] = what;
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    byte kind() {
        return size == 0 ? 0 : kinds[head];
    }

    long about() {
        return about[head];
    }

    void done() {
        head = (head + 1) % kinds.length;
        size--;
    }

    /** After an error the server skips everything up to the next Sync (or ends the simple query). */
    void skipToSync() {
        while (size > 0
                && kinds[head] != SYNC
                && kinds[head] != QUERY
                && kinds[head] != QUERY_HIDDEN
                && kinds[head] != SETTING) {
            done();
        }
    }

    void clear() {
        size = 0;
        head = 0;
        Arrays.fill(kinds, (byte) 0);
    }
}
