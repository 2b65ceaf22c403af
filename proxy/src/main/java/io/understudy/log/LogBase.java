package io.understudy.log;

/**
 * What stands for the entries that a log no longer has.
 *
 * @param index the last one of them; 0 if none is gone
 * @param term the consensus term it was appended in
 * @param state what those entries come to, by whoever had them removed; the log only keeps it
 */
public record LogBase(long index, int term, byte[] state) {
    /** Nothing is gone. */
    public static final LogBase NONE = new LogBase(0, 0, new byte[0]);
}
