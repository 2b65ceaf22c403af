package io.understudy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.jdbc.Settings.Preference;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NodesTest {
    private static final Address A = new Address("a", 1);
    private static final Address B = new Address("b", 1);
    private static final Address C = new Address("c", 1);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);
    private final Nodes nodes = new Nodes(List.of(A, B), clock::get);

    @Test
    void connectionsAreSpread() {
        int[] open = new int[2];
        for (int i = 0; i < 10; i++) {
            Address chosen = order().get(0);
            nodes.opened(chosen, chosen.host());
            open[chosen.equals(A) ? 0 : 1]++;
        }
        assertThat(open).containsExactly(5, 5);
    }

    @Test
    void aNodeThatFailedIsTriedLastForAWhile() {
        nodes.opened(B, "b");
        nodes.opened(B, "b");
        nodes.failed(A, Duration.ofSeconds(3));
        assertThat(order()).containsExactly(B, A);

        clock.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(order()).containsExactly(A, B);
    }

    @Test
    void aConnectionThatWorksEndsTheAvoiding() {
        nodes.failed(A, Duration.ofSeconds(3));
        nodes.opened(A, "a");
        nodes.closed(A);
        nodes.opened(B, "b");
        assertThat(order()).containsExactly(A, B);
    }

    @Test
    void aNodeThatDoesNotServeIsTriedAfterThoseThatDo() {
        nodes.opened(B, "b");
        nodes.told(List.of(member("a", A, false, false), member("b", B, true, true)));
        assertThat(order()).containsExactly(B, A);
    }

    @Test
    void whatIsPreferredComesFirst() {
        nodes.opened(B, "b");
        nodes.told(List.of(member("a", A, false, true), member("b", B, true, true)));
        assertThat(order(Preference.MASTER)).containsExactly(B, A);
        assertThat(order(Preference.REPLICA)).containsExactly(A, B);
    }

    @Test
    void aNodeThatOnlyTheClusterKnowsIsUsedOnceItWasReached() {
        nodes.told(List.of(member("a", A, true, true), member("c", C, false, true)));
        nodes.opened(A, "a");
        nodes.opened(B, "b");
        assertThat(order()).hasSize(3).last().isEqualTo(C);
        assertThat(nodes.unproven()).containsExactly(C);
        assertThat(nodes.expected(C)).isEqualTo("c");
        assertThat(nodes.expected(A)).isEmpty();

        nodes.opened(C, "c");
        nodes.closed(C);
        assertThat(nodes.unproven()).isEmpty();
        assertThat(order().get(0)).isEqualTo(C);
    }

    @Test
    void anAddressThatCannotBeReachedIsNotTriedAgainAtOnce() {
        nodes.told(List.of(member("c", C, false, true)));
        nodes.failed(C, Duration.ofSeconds(30));
        assertThat(nodes.unproven()).isEmpty();
        assertThat(order()).hasSize(3).last().isEqualTo(C);
    }

    @Test
    void aNodeInTheUrlUnderAnotherNameIsNotCountedTwice() {
        Address inside = new Address("10.0.0.1", 1);
        nodes.opened(A, "node1");
        nodes.told(List.of(member("node1", inside, true, true)));
        assertThat(order()).containsExactlyInAnyOrder(A, B);
        assertThat(nodes.unproven()).isEmpty();
        assertThat(order(Preference.MASTER).get(0)).isEqualTo(A);
    }

    @Test
    void whatLeftTheClusterIsForgottenWhenUnused() {
        nodes.told(List.of(member("c", C, false, true)));
        nodes.opened(C, "c");
        nodes.told(List.of(member("a", A, true, true)));
        assertThat(order()).contains(C);
        nodes.closed(C);
        nodes.told(List.of(member("a", A, true, true)));
        assertThat(order()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void theClusterIsAskedOnceInAWhile() {
        assertThat(nodes.due(Duration.ofSeconds(5))).isTrue();
        assertThat(nodes.due(Duration.ofSeconds(5))).isFalse();
        clock.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(nodes.due(Duration.ofSeconds(5))).isTrue();
    }

    private static Member member(String name, Address address, boolean master, boolean serving) {
        return new Member(name, master, serving, address);
    }

    private List<Address> order() {
        return order(Preference.ANY);
    }

    private List<Address> order(Preference preference) {
        return nodes.candidates(preference, new Random(clock.get()));
    }
}
