package io.understudy.demo.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.demo.history.Action.Append;
import io.understudy.demo.history.Action.Balances;
import io.understudy.demo.history.Action.Count;
import io.understudy.demo.history.Action.Counters;
import io.understudy.demo.history.Action.Lists;
import io.understudy.demo.history.Action.Write;
import io.understudy.demo.history.Operation.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random good histories pass; each with one anomaly put in does not, and is told what it is. */
class CheckTest {
    private final GoodRun run = new GoodRun(7, 400);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void goodHistoriesPass(long seed) {
        assertThat(Check.all(new GoodRun(seed, 600).history(), GoodRun.TOTAL)).isEmpty();
    }

    @Test
    void nothingLookedAtIsNotFine() {
        assertThatThrownBy(() -> new History(List.of(), Map.of(), Map.of()))
                .hasMessageContaining("no server was looked at");
    }

    @Test
    void anAcknowledgedTransactionThatIsLost() {
        long id = ((Write) first(Result.OK, Write.class).action()).id();
        everywhere(s -> ledger(s, without(s.ledger(), id)));
        assertFound("acknowledged, and lost on node1");
    }

    @Test
    void aFailedTransactionThatIsThere() {
        long id = ((Write) first(Result.FAILED, Write.class).action()).id();
        everywhere(s -> ledger(s, with(s.ledger(), id)));
        assertFound("there on node1, though the client was told that it failed");
    }

    @Test
    void aTransactionThatNobodyMade() {
        everywhere(s -> ledger(s, with(s.ledger(), 999_999L)));
        assertFound("there on node1, though nobody wrote it");
    }

    @Test
    void aTransactionThatIsThereTwice() {
        everywhere(s -> ledger(s, with(s.ledger(), s.ledger().getFirst())));
        assertFound("there twice on node1");
    }

    @Test
    void anUnknownTransactionThatIsNotTheSameEverywhere() {
        State last = state("node3");
        long id =
                last.ledger().stream().filter(run.told::containsKey).findFirst().orElseThrow();
        run.states.put("node3", ledger(last, without(last.ledger(), id)));
        assertFound("unknown, and not the same on all servers");
    }

    @Test
    void anOutcomeThatIsNotTrue() {
        run.told.values().iterator().next().put("node2", "what it is not");
        assertFound("committed, where node2 said what it is not");
    }

    @Test
    void aListThatIsNotTheSameEverywhere() {
        State last = state("node2");
        run.states.put(
                "node2",
                lists(
                        last,
                        changed(
                                last.lists(),
                                0,
                                without(
                                        last.lists().getFirst(),
                                        last.lists().getFirst().getFirst()))));
        assertFound("lists are not the same on all servers");
    }

    @Test
    void anElementLostFromAListAfterItWasRead() {
        everywhere(s -> lists(
                s,
                changed(
                        s.lists(),
                        1,
                        s.lists().get(1).subList(1, s.lists().get(1).size()))));
        assertFound("what is no beginning of list 1", "took place, and is not in its list");
    }

    @Test
    void anElementThatIsThereTwiceOrIsNobodys() {
        everywhere(s -> lists(
                s, changed(s.lists(), 2, with(s.lists().get(2), s.lists().get(2).getFirst()))));
        assertFound("appended twice");
        everywhere(s -> lists(s, changed(s.lists(), 2, with(s.lists().get(2), 999_999L))));
        assertFound("appended by nobody");
    }

    @Test
    void anElementOfATransactionThatFailed() {
        Append failed = (Append) first(Result.FAILED, Append.class).action();
        int list = failed.lists().getFirst();
        everywhere(s -> lists(s, changed(s.lists(), list, with(s.lists().get(list), failed.id()))));
        assertFound("appended, though its transaction did not take place");
    }

    @Test
    void twoElementsInTheWrongOrder() {
        everywhere(s -> {
            List<Long> list = new ArrayList<>(s.lists().getFirst());
            list.addFirst(list.removeLast());
            return lists(s, changed(s.lists(), 0, list));
        });
        assertFound("in list 0 behind what began after it was acknowledged");
    }

    @Test
    void aLostUpdate() {
        run.change(o -> o.result() == Result.OK && o.action() instanceof Count c && c.read() > 2
                ? GoodRun.with(o, new Count(c.id(), c.counter(), c.read() - 1))
                : o);
        assertFound("lost update");
    }

    @Test
    void aCounterThatLeavesOneOut() {
        everywhere(s -> new State(
                s.ledger(), s.lists(), changed(s.counters(), 0, s.counters().getFirst() - 1), s.balances()));
        assertFound("counter 0 does not say how often it was counted");
    }

    @Test
    void countersThatAreNotTheSameEverywhere() {
        State last = state("node3");
        run.states.put(
                "node3", new State(last.ledger(), last.lists(), changed(last.counters(), 1, 1_000L), last.balances()));
        assertFound("counters are not the same on all servers");
    }

    /** As where a replica left out the entries that made them. */
    @Test
    void rowsThatAreGone() {
        everywhere(s -> new State(s.ledger(), List.of(), List.of(), List.of()));
        assertFound("what is no beginning of list");
        assertFound("a counter is gone in which was counted");
        assertFound("accounts on node1 are not what transfers made them");
    }

    @Test
    void aValueReadBeforeAnybodyWroteIt() {
        run.change(o ->
                o.action() instanceof Counters c ? GoodRun.with(o, new Counters(changed(c.values(), 3, 5_000L))) : o);
        assertFound("read through", "before anybody wrote it");
    }

    @Test
    void moneyThatIsMissingForAReader() {
        run.change(o -> o.action() instanceof Balances b
                ? GoodRun.with(o, new Balances(changed(b.values(), 0, b.values().getFirst() - 3)))
                : o);
        assertFound("another total than 400");
    }

    @Test
    void anAccountThatIsNotWhatTransfersMadeIt() {
        everywhere(s -> new State(
                s.ledger(),
                s.lists(),
                s.counters(),
                changed(
                        changed(s.balances(), 0, s.balances().get(0) - 1),
                        1,
                        s.balances().get(1) + 1)));
        assertFound("accounts on node1 are not what transfers made them");
    }

    @Test
    void aLongFork() {
        fork(new Counters(List.of(1L, 0L, 0L, 0L)), new Counters(List.of(0L, 1L, 0L, 0L)));
        assertFound("long fork: counters");
    }

    @Test
    void aLongForkOfLists() {
        fork(
                new Lists(0, List.of(List.of(1L), List.of(), List.of(), List.of())),
                new Lists(0, List.of(List.of(), List.of(2L), List.of(), List.of())));
        assertFound("long fork: lists");
    }

    @Test
    void aSessionThatGoesBackInTime() {
        Counters late = (Counters) last(Counters.class).action();
        fork(late, new Counters(changed(late.values(), 0, late.values().getFirst() - 1)));
        assertFound("went back in time");
    }

    @Test
    void aSessionThatDoesNotSeeItsOwnWrites() {
        Append append = (Append) first(Result.OK, Append.class).action();
        List<List<Long>> empty = List.of(List.of(), List.of(), List.of(), List.of());
        fork(append, new Lists(0, empty));
        assertFound("did not see its own writes");
        run.operations.removeLast();
        run.operations.removeLast();
        Count count = (Count) first(Result.OK, Count.class).action();
        fork(count, new Counters(List.of(0L, 0L, 0L, 0L)));
        assertFound("went back in time");
    }

    /** Two operations of one new session, one after the other. */
    private void fork(Action one, Action other) {
        long now = run.operations.getLast().endNanos();
        run.operations.add(new Operation(99, "node1", now + 1, now + 2, Result.OK, "", one, ""));
        run.operations.add(new Operation(99, "node1", now + 3, now + 4, Result.OK, "", other, ""));
    }

    private void assertFound(String... words) {
        List<String> findings = Check.all(run.history(), GoodRun.TOTAL);
        for (String w : words) {
            assertThat(findings).anySatisfy(f -> assertThat(f).contains(w));
        }
    }

    private State state(String node) {
        return Objects.requireNonNull(run.states.get(node));
    }

    private void everywhere(UnaryOperator<State> change) {
        run.states.replaceAll((node, state) -> change.apply(state));
    }

    private Operation first(Result result, Class<? extends Action> kind) {
        return run.operations.stream()
                .filter(o -> o.result() == result && kind.isInstance(o.action()))
                .findFirst()
                .orElseThrow();
    }

    private Operation last(Class<? extends Action> kind) {
        return run.operations.reversed().stream()
                .filter(o -> kind.isInstance(o.action()))
                .findFirst()
                .orElseThrow();
    }

    private static State ledger(State s, List<Long> ledger) {
        return new State(ledger, s.lists(), s.counters(), s.balances());
    }

    private static State lists(State s, List<List<Long>> lists) {
        return new State(s.ledger(), lists, s.counters(), s.balances());
    }

    private static <T> List<T> changed(List<T> list, int k, T value) {
        List<T> changed = new ArrayList<>(list);
        changed.set(k, value);
        return changed;
    }

    private static List<Long> with(List<Long> list, long id) {
        List<Long> longer = new ArrayList<>(list);
        longer.add(id);
        return longer;
    }

    private static List<Long> without(List<Long> list, long id) {
        return list.stream().filter(x -> x != id).toList();
    }
}
