package io.understudy.capture;

import io.understudy.log.SequencePosition;
import java.util.List;

/**
 * What must be logged ({@code SequencesReserved}) because of the sequence values just given out.
 *
 * @param hold whether the answer with these values must wait until the entry is delivered; otherwise it is only time to log ahead
 * @param ceilings new ceilings; {@code called} says that the sequence counts upwards
 * @param exact sequences that went back (setval, RESTART): replicas put them exactly there
 */
public record Reservation(boolean hold, List<SequencePosition> ceilings, List<SequencePosition> exact) {
    static final Reservation NONE = new Reservation(false, List.of(), List.of());

    public Reservation {
        ceilings = List.copyOf(ceilings);
        exact = List.copyOf(exact);
    }

    public boolean isEmpty() {
        return ceilings.isEmpty() && exact.isEmpty();
    }
}
