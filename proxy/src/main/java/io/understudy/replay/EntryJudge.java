package io.understudy.replay;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.replay.Verdict.Invalid;
import io.understudy.replay.Verdict.Reason;
import io.understudy.replay.Verdict.Valid;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides which entries count. A function of the log's prefix and nothing else: no clock, no I/O, no configuration.
 *
 * <ul>
 *   <li>An assignment counts only if it starts the very next epoch.
 *   <li>A fenced entry counts only in its own epoch, from the process assigned in it, and once.
 * </ul>
 *
 * <p>Not safe for use by several threads.
 */
public final class EntryJudge {
    /**
     * How many indexes a copy of an entry is recognised by its id; after that it is refused by the time it was proposed at. Part of the protocol:
     * all nodes must use the same number.
     */
    static final long WINDOW = 1 << 17;

    /**
     * A transaction counts only if the first of its chunks is not so many indexes before it. So chunks that nobody will ever refer to can be told. Part of the protocol, too.
     */
    static final long CHUNKS_SPAN = 1 << 20;

    private static final long NO_TIME = Long.MIN_VALUE;

    private final RecentIds ids;
    private final long window;
    private Mastership mastership = Mastership.NONE;
    private long index;

    /** The judge of an empty log. */
    public EntryJudge() {
        this(WINDOW);
    }

    EntryJudge(long window) {
        this(window, new RecentIds(window));
    }

    private EntryJudge(long window, RecentIds ids) {
        this.window = window;
        this.ids = ids;
    }

    /**
     * What must be known at {@code index} to go on judging, together with the entries of the window before it.
     *
     * @param floorMicros {@link RecentIds#floorMicros}
     */
    public record Checkpoint(long index, Mastership mastership, long floorMicros) {
        public static final Checkpoint START = new Checkpoint(0, Mastership.NONE, NO_TIME);
    }

    /** Entries of the log by index. */
    @FunctionalInterface
    public interface Entries {
        Entry read(long index) throws IOException;
    }

    /** The first entry that is read to rebuild the judge at a checkpoint. */
    static long rebuiltFrom(Checkpoint from) {
        return rebuiltFrom(from, WINDOW);
    }

    private static long rebuiltFrom(Checkpoint from, long window) {
        return Math.max(from.mastership.index(), from.index - window) + 1;
    }

    /** The judge as it stands after {@code to}, by reading the log again from a checkpoint at or before it. */
    public static EntryJudge rebuild(Checkpoint from, long to, Entries log) throws IOException {
        return rebuild(from, to, log, WINDOW);
    }

    static EntryJudge rebuild(Checkpoint from, long to, Entries log, long window) throws IOException {
        if (to < from.index) {
            throw new IllegalArgumentException("checkpoint " + from.index + " is after " + to);
        }
        EntryJudge judge = new EntryJudge(window);
        judge.mastership = from.mastership;
        judge.index = from.index;
        judge.ids.startAt(from.floorMicros);
        // What was refused in the window is remembered too. That changes no later verdict: a copy of it is refused by
        // either rule.
        for (long i = rebuiltFrom(from, window); i <= from.index; i++) {
            if (log.read(i) instanceof Entry.Fenced f && judge.fence(f) == null) {
                judge.ids.add(i, f.id(), commitMicros(f));
            }
        }
        for (long i = from.index + 1; i <= to; i++) {
            judge.judge(i, log.read(i));
        }
        return judge;
    }

    /**
     * @param at the index after the last one judged
     * @throws IllegalArgumentException if an index was left out or comes again
     */
    public Verdict judge(long at, Entry entry) {
        if (at != index + 1) {
            throw new IllegalArgumentException("judged up to " + index + ", then came " + at);
        }
        index = at;
        ids.advance(at);
        return switch (entry) {
            case Entry.Noop n -> Valid.VALID;
            case Entry.MembersChanged m -> Valid.VALID;
            case Entry.MasterAssigned m -> assignment(m);
            case Entry.Fenced f -> fenced(f);
        };
    }

    private Verdict assignment(Entry.MasterAssigned m) {
        if (m.epoch() != mastership.epoch() + 1) {
            return new Invalid(Reason.NOT_NEXT_EPOCH);
        }
        mastership = new Mastership(m.epoch(), m.node(), m.process(), index);
        ids.clear();
        return Valid.VALID;
    }

    private Verdict fenced(Entry.Fenced f) {
        Invalid outside = fence(f);
        if (outside != null) {
            return outside;
        }
        if (ids.contains(f.id())) {
            return new Invalid(Reason.DUPLICATE);
        }
        if (isTooLong(index, f)) {
            return new Invalid(Reason.TOO_LONG);
        }
        long micros = commitMicros(f);
        if (micros != NO_TIME && micros <= ids.floorMicros()) {
            return new Invalid(Reason.TOO_LATE);
        }
        ids.add(index, f.id(), micros);
        return Valid.VALID;
    }

    /** Whether it cannot count because its chunks begin too far before it. */
    static boolean isTooLong(long index, Entry entry) {
        return entry instanceof Entry.Transaction t
                && t.form() instanceof Form.Chunks c
                && !c.indexes().isEmpty()
                && c.indexes().getFirst() <= index - CHUNKS_SPAN;
    }

    private @Nullable Invalid fence(Entry.Fenced f) {
        if (f.epoch() != mastership.epoch()) {
            return new Invalid(Reason.OTHER_EPOCH);
        }
        UUID assigned = mastership.process();
        return mastership.epoch() == 0 || !f.process().equals(assigned) ? new Invalid(Reason.OTHER_PROCESS) : null;
    }

    private static long commitMicros(Entry.Fenced f) {
        return f instanceof Entry.Transaction t ? t.commitMicros() : NO_TIME;
    }

    /** Who is master after the last entry judged. */
    public Mastership mastership() {
        return mastership;
    }

    /** The last index judged. */
    public long index() {
        return index;
    }

    public Checkpoint checkpoint() {
        return new Checkpoint(index, mastership, ids.floorMicros());
    }

    /** Everything, so that another judge goes on in the same way without what was judged. */
    void write(BinaryWriter out) {
        out.int64(index);
        mastership.write(out);
        ids.write(out);
    }

    static EntryJudge read(BinaryReader in) {
        return read(in, WINDOW);
    }

    static EntryJudge read(BinaryReader in, long window) {
        long index = in.int64();
        Mastership mastership = Mastership.read(in);
        EntryJudge judge = new EntryJudge(window, RecentIds.read(in, window));
        judge.index = index;
        judge.mastership = mastership;
        return judge;
    }

    long window() {
        return window;
    }
}
