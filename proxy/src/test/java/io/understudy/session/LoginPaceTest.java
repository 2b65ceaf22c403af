package io.understudy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long who tries passwords has to wait. */
class LoginPaceTest {
    private static final InetAddress GUESSER = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    // begins where a counter of nanoseconds is about to overflow: it may
    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(5).toNanos());
    private final LoginPace pace = new LoginPace(now::get);

    private void pass(Duration d) {
        now.addAndGet(d.toNanos());
    }

    private void wrong(int times) {
        for (int i = 0; i < times; i++) {
            pace.wrong(GUESSER);
        }
    }

    @Test
    void aFewMistakesCostNothing() {
        wrong(19);
        for (int i = 0; i < 100; i++) {
            assertThat(pace.wait(GUESSER)).contains(Duration.ZERO);
        }
    }

    @Test
    void whoGoesOnIsLookedAtOnceASecond() {
        wrong(20);
        assertThat(pace.wait(GUESSER)).contains(Duration.ZERO);
        for (int i = 1; i <= 10; i++) {
            assertThat(pace.wait(GUESSER)).contains(Duration.ofSeconds(i));
        }
        assertThat(pace.wait(GUESSER)).as("nobody waits longer").isEmpty();
        assertThat(pace.wait(OTHER)).as("others feel nothing").contains(Duration.ZERO);
    }

    @Test
    void guessesAreBoundedHoweverManyAreMade() {
        int looked = 0;
        for (int second = 0; second < 600; second++) {
            for (int i = 0; i < 50; i++) {
                if (pace.wait(GUESSER).filter(Duration.ZERO::equals).isPresent()) {
                    looked++;
                    pace.wrong(GUESSER);
                }
            }
            pass(Duration.ofSeconds(1));
        }
        assertThat(looked).isBetween(600, 660);
    }

    @Test
    void debtIsBoundedAndForgotten() {
        wrong(10_000);
        assertThat(pace.wait(GUESSER)).contains(Duration.ZERO);
        assertThat(pace.wait(GUESSER)).contains(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(61));
        for (int i = 0; i < 100; i++) {
            assertThat(pace.wait(GUESSER)).contains(Duration.ZERO);
        }
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        for (int i = 0; i < 25; i++) {
            pace.wrong(InetAddress.ofLiteral("2001:db8:0:1::" + i));
        }
        InetAddress same = InetAddress.ofLiteral("2001:db8:0:1:ffff::1");
        assertThat(pace.wait(same)).contains(Duration.ZERO);
        assertThat(pace.wait(same)).contains(Duration.ofSeconds(1));
        assertThat(pace.wait(InetAddress.ofLiteral("2001:db8:0:2::1"))).contains(Duration.ZERO);
        assertThat(pace.wait(InetAddress.ofLiteral("2001:db8:0:2::1"))).contains(Duration.ZERO);
    }
}
