package io.understudy.wire;

/** A version of the protocol as a startup packet names it. */
public record ProtocolVersion(int major, int minor) implements Comparable<ProtocolVersion> {
    public static final ProtocolVersion V3_0 = new ProtocolVersion(3, 0);
    /** The newest one spoken here: cancel keys may be longer than four bytes. */
    public static final ProtocolVersion V3_2 = new ProtocolVersion(3, 2);

    static ProtocolVersion of(int code) {
        return new ProtocolVersion(code >>> 16, code & 0xffff);
    }

    public int code() {
        return major << 16 | minor;
    }

    @Override
    public int compareTo(ProtocolVersion o) {
        return Integer.compareUnsigned(code(), o.code());
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
