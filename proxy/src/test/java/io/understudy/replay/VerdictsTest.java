package io.understudy.replay;

import static io.understudy.replay.Entries.P1;
import static io.understudy.replay.Entries.P2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class VerdictsTest {
    private static final Mastership FIRST = new Mastership(1, "n1", P1, 1);
    private static final Mastership SECOND = new Mastership(2, "n2", P2, 4);

    private static Verdicts some() {
        Verdicts v = new Verdicts(2, FIRST);
        v.add(3, false, FIRST);
        v.add(4, true, SECOND);
        v.add(5, true, SECOND);
        v.add(6, false, SECOND);
        return v;
    }

    @Test
    void tellsWhatWasJudged() {
        Verdicts v = some();
        assertThat(v.valid(3)).isFalse();
        assertThat(v.valid(4)).isTrue();
        assertThat(v.valid(6)).isFalse();
        assertThat(v.masterAt(2)).isEqualTo(FIRST);
        assertThat(v.masterAt(3)).isEqualTo(FIRST);
        assertThat(v.masterAt(4)).isEqualTo(SECOND);
        assertThat(v.masterAt(6)).isEqualTo(SECOND);
        assertThat(v.index()).isEqualTo(6);
    }

    @Test
    void doesNotGuess() {
        assertThatThrownBy(() -> some().valid(2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> some().valid(7)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> some().add(8, true, SECOND)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatComesBeforeCanBeAdded() {
        Verdicts earlier = new Verdicts(0, Mastership.NONE);
        earlier.add(1, true, FIRST);
        earlier.add(2, false, FIRST);
        Verdicts v = some();
        v.before(earlier);
        assertThat(v.after()).isZero();
        assertThat(v.valid(1)).isTrue();
        assertThat(v.valid(2)).isFalse();
        assertThat(v.masterAt(0)).isEqualTo(Mastership.NONE);
        assertThat(v.masterAt(1)).isEqualTo(FIRST);
        assertThat(v.masterAt(5)).isEqualTo(SECOND);
        assertThatThrownBy(() -> v.before(earlier)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNotNeededIsForgotten() {
        Verdicts v = some();
        v.forget(5);
        assertThat(v.after()).isEqualTo(5);
        assertThat(v.masterAt(5)).isEqualTo(SECOND);
        assertThat(v.valid(6)).isFalse();
        v.forget(99);
        assertThat(v.after()).isEqualTo(5);
        v.add(7, true, SECOND);
        assertThat(v.valid(7)).isTrue();
    }
}
