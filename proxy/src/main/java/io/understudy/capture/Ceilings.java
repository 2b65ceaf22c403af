package io.understudy.capture;

import io.understudy.backend.ServerError;
import io.understudy.log.SequencePosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Up to where the log allows this master to give sequence values out. Ceilings are logged in blocks, half a block ahead, so that hardly any statement waits.
 * A later master starts past the last ceiling, and so never gives a value a second time.
 *
 * <h2>Lifecycle</h2>
 * One per mastership: a new master knows no ceiling, passes the old ones ({@code understudy.pass_ceilings()}) and logs new ones as sequences are used.
 *
 * <h2>Threads</h2>
 * Safe for use by many threads. A lock is held over a round trip only when a sequence seems to have gone back.
 */
public final class Ceilings {
    private final long block;
    private final Map<Name, State> states = new HashMap<>();

    private record Name(String schema, String name) {}

    private static final class State {
        /** Last one delivered, null for none yet. */
        @Nullable
        Long logged;

        /** Last one proposed. */
        @Nullable
        Long proposed;

        /** The furthest position seen. */
        @Nullable
        SequencePosition seen;

        /** Went back, and the log does not say so yet: what it says now may be taken away by the entry that is under way. */
        boolean back;
    }

    /** Reads the same sequences again, now. */
    @FunctionalInterface
    public interface Again {
        List<SequenceReading> read() throws IOException, ServerError;
    }

    /** @param block how many values are reserved at a time, at least 2 */
    public Ceilings(long block) {
        if (block < 2) {
            throw new IllegalArgumentException("block must be at least 2: " + block);
        }
        this.block = block;
    }

    /**
     * Judges positions read after a statement that may have moved sequences, before its answer (or its entry) goes out.
     *
     * @param again asked only if a sequence stands behind a position seen earlier: two sessions may have read in one order and come here in the other
     */
    public synchronized Reservation judge(List<SequenceReading> readings, Again again) throws IOException, ServerError {
        if (readings.isEmpty()) {
            return Reservation.NONE;
        }
        boolean hold = false;
        List<SequencePosition> ceilings = new ArrayList<>();
        List<SequencePosition> exact = new ArrayList<>();
        List<SequenceReading> now = readings.stream().anyMatch(this::behind) ? again.read() : readings;
        for (SequenceReading reading : now) {
            SequencePosition position = reading.position();
            State state = state(position);
            boolean back = behind(reading);
            state.seen = position;
            if (back) {
                exact.add(position);
                state.back = true;
                state.proposed = null;
            }
            hold |= back;
            if (back || position.called()) {
                hold |= reserve(reading, state, ceilings);
            }
        }
        return ceilings.isEmpty() && exact.isEmpty() ? Reservation.NONE : new Reservation(hold, ceilings, exact);
    }

    /** Adds a ceiling if one is due; tells whether the value given out is above the one that is logged. */
    private boolean reserve(SequenceReading reading, State state, List<SequencePosition> ceilings) {
        long value = reading.position().value();
        boolean above = state.back || state.logged == null || reading.after(value, state.logged);
        long half = reading.ahead(block / 2);
        boolean due = state.proposed == null || reading.after(half, state.proposed);
        if (above || due) {
            long ceiling = reading.ahead(block);
            state.proposed = ceiling;
            ceilings.add(new SequencePosition(
                    reading.position().schema(), reading.position().name(), ceiling, reading.step() > 0));
        }
        return above;
    }

    private boolean behind(SequenceReading reading) {
        State state = states.get(
                new Name(reading.position().schema(), reading.position().name()));
        if (state == null || state.seen == null) {
            return false;
        }
        SequencePosition seen = state.seen;
        return reading.after(seen.value(), reading.position().value())
                || (seen.value() == reading.position().value()
                        && seen.called()
                        && !reading.position().called());
    }

    /**
     * A {@code SequencesReserved} of this mastership was delivered as valid; to be called in the order of the log. As in the database, exact positions take the sequence's
     * ceiling away, and a ceiling never takes a further one's place: reservations may be delivered in another order than they were proposed in.
     */
    public synchronized void logged(List<SequencePosition> ceilings, List<SequencePosition> exact) {
        for (SequencePosition position : exact) {
            State state = state(position);
            state.logged = null;
            state.back = false;
        }
        for (SequencePosition ceiling : ceilings) {
            State state = state(ceiling);
            long value = ceiling.value();
            if (state.logged == null || (ceiling.called() ? value > state.logged : value < state.logged)) {
                state.logged = value;
            }
        }
    }

    private State state(SequencePosition position) {
        return states.computeIfAbsent(new Name(position.schema(), position.name()), n -> new State());
    }
}
