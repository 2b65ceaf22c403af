package io.understudy.log;

/**
 * What stands for the entries that a log no longer has.
 *
 * @param index the last one of them; 0 if none is gone
 * @param term the consensus term it was appended in
 * @param members the last {@link Entry.MembersChanged} among them, encoded; empty if there was none
 * @param state what those entries come to, by whoever had them removed; the log only keeps it
 */
public record LogBase(long index, int term, byte[] members, byte[] state) {
    /** Nothing is gone. */
    public static final LogBase NONE = new LogBase(0, 0, new byte[0], new byte[0]);
}
