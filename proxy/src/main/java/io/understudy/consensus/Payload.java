package io.understudy.consensus;

import io.understudy.log.EntryCodec;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one entry as MicroRaft's log in memory holds them: the bytes themselves while they are recent, later only their length. The store
 * drops them once they are on disk and too many others came after, and reads them again where they are needed.
 */
class Payload {
    private final int length;
    private volatile byte @Nullable [] bytes;

    /** An entry as it comes from elsewhere, of whatever kind. */
    static Payload of(byte[] bytes) {
        return EntryCodec.isMembersChanged(bytes) ? new MembershipPayload(bytes) : new Payload(bytes);
    }

    Payload(byte[] bytes) {
        this.length = bytes.length;
        this.bytes = bytes;
    }

    private Payload(int length) {
        this.length = length;
    }

    static Payload onDisk(int length) {
        return new Payload(length);
    }

    int length() {
        return length;
    }

    /** Null once they were dropped. */
    byte @Nullable [] bytes() {
        return bytes;
    }

    void drop() {
        bytes = null;
    }

    @Override
    public String toString() {
        return length + " bytes";
    }
}
