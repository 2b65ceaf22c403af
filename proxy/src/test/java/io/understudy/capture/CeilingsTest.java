package io.understudy.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.log.SequencePosition;
import java.util.List;
import org.junit.jupiter.api.Test;

class CeilingsTest {
    private final Ceilings ceilings = new Ceilings(100);

    private static SequenceReading at(long value) {
        return new SequenceReading(new SequencePosition("public", "s", value, true), 1, 1, Long.MAX_VALUE, false);
    }

    private Reservation judge(SequenceReading reading) throws Exception {
        return ceilings.judge(List.of(reading), () -> List.of(reading));
    }

    private void deliver(Reservation r) {
        ceilings.logged(r.ceilings(), r.exact());
    }

    @Test
    void firstUseIsHeldUntilTheCeilingIsLogged() throws Exception {
        Reservation first = judge(at(1));
        assertThat(first.hold()).isTrue();
        assertThat(first.ceilings()).containsExactly(new SequencePosition("public", "s", 101, true));
        assertThat(judge(at(2)).hold()).as("still not delivered").isTrue();
        deliver(first);
        assertThat(judge(at(3)).hold()).isFalse();
    }

    @Test
    void halfABlockAheadNobodyIsHeld() throws Exception {
        deliver(judge(at(1)));
        assertThat(judge(at(40)).isEmpty()).isTrue();
        Reservation next = judge(at(52));
        assertThat(next.hold()).isFalse();
        assertThat(next.ceilings()).hasSize(1);
        assertThat(judge(at(53)).isEmpty()).as("under way already").isTrue();
        assertThat(judge(at(102)).hold()).as("not delivered yet").isTrue();
    }

    @Test
    void neverEnoughAboveWhatIsLogged() throws Exception {
        deliver(judge(at(1)));
        for (long value = 2; value < 1_000; value += 7) {
            Reservation r = judge(at(value));
            if (r.hold()) {
                assertThat(value).isGreaterThan(101);
                return;
            }
            assertThat(value).isLessThanOrEqualTo(101);
        }
        throw new AssertionError("never held");
    }

    @Test
    void reservationsDeliveredInAnotherOrderDoNotLowerTheCeiling() throws Exception {
        Reservation a = judge(at(1));
        Reservation b = judge(at(200));
        deliver(b);
        deliver(a);
        assertThat(judge(at(250)).hold()).isFalse();
    }

    @Test
    void aLateReadingIsNotTakenForASetval() throws Exception {
        deliver(judge(at(10)));
        Reservation late = ceilings.judge(List.of(at(8)), () -> List.of(at(11)));
        assertThat(late.isEmpty()).isTrue();
    }

    @Test
    void goingBackIsLoggedExactlyAndHeld() throws Exception {
        deliver(judge(at(60)));
        Reservation back = judge(at(5));
        assertThat(back.hold()).isTrue();
        assertThat(back.exact()).containsExactly(new SequencePosition("public", "s", 5, true));
        assertThat(back.ceilings()).containsExactly(new SequencePosition("public", "s", 105, true));
        assertThat(judge(at(6)).hold()).as("the log does not say so yet").isTrue();
        deliver(back);
        assertThat(judge(at(7)).hold()).isFalse();
        assertThat(judge(at(130)).hold()).as("above the lowered ceiling").isTrue();
    }

    @Test
    void descendingAndBoundedSequences() throws Exception {
        SequenceReading down = new SequenceReading(new SequencePosition("public", "d", -3, true), -2, -50, -1, false);
        Reservation r = ceilings.judge(List.of(down), () -> List.of(down));
        assertThat(r.ceilings()).containsExactly(new SequencePosition("public", "d", -50, false));
        deliver(r);
        SequenceReading end = new SequenceReading(new SequencePosition("public", "d", -49, true), -2, -50, -1, false);
        assertThat(ceilings.judge(List.of(end), () -> List.of(end)).isEmpty()).isTrue();
    }

    @Test
    void anUnusedSequenceNeedsNoCeiling() throws Exception {
        SequenceReading fresh =
                new SequenceReading(new SequencePosition("public", "s", 1, false), 1, 1, Long.MAX_VALUE, false);
        assertThat(judge(fresh).isEmpty()).isTrue();
    }
}
