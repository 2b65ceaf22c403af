package io.understudy.demo.history;

import io.understudy.demo.history.Action.Append;
import io.understudy.demo.history.Action.Balances;
import io.understudy.demo.history.Action.Count;
import io.understudy.demo.history.Action.Counters;
import io.understudy.demo.history.Action.Insert;
import io.understudy.demo.history.Action.Lists;
import io.understudy.demo.history.Action.Transfer;
import io.understudy.demo.history.Action.Write;
import io.understudy.demo.history.Operation.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What clients of a database without faults of its own would note: transactions in one order, replicas that are behind, some answers lost, some transactions failed. */
final class GoodRun {
    static final long TOTAL = 400;
    private static final int SESSIONS = 6;
    private static final int WIDTH = 4;
    private static final List<String> NODES = List.of("node1", "node2", "node3");

    final List<Operation> operations = new ArrayList<>();
    final Map<String, State> states = new TreeMap<>();
    final Map<Long, Map<String, String>> told = new TreeMap<>();

    private final Random random;
    private final List<State> past = new ArrayList<>();
    private final int[] seen = new int[SESSIONS];
    private long now;
    private long ids;

    GoodRun(long seed, int transactions) {
        random = new Random(seed);
        past.add(new State(
                List.of(),
                List.of(List.of(), List.of(), List.of(), List.of()),
                List.of(0L, 0L, 0L, 0L),
                List.of(100L, 100L, 100L, 100L)));
        for (int i = 0; i < transactions; i++) {
            now += 10;
            int session = random.nextInt(SESSIONS);
            if (random.nextBoolean()) {
                read(session);
            } else {
                write(session);
            }
        }
        NODES.forEach(node -> states.put(node, past.getLast()));
    }

    History history() {
        return new History(operations, states, told);
    }

    /** Replaces the first operation of that kind, of those with that result, that can be changed so. */
    void change(java.util.function.UnaryOperator<Operation> change) {
        for (int i = 0; i < operations.size(); i++) {
            Operation changed = change.apply(operations.get(i));
            if (changed != operations.get(i)) {
                operations.set(i, changed);
                return;
            }
        }
        throw new IllegalStateException("nothing to change");
    }

    static Operation with(Operation o, Result result) {
        return new Operation(
                o.session(), o.node(), o.beginNanos(), o.endNanos(), result, o.token(), o.action(), o.error());
    }

    static Operation with(Operation o, Action action) {
        return new Operation(
                o.session(), o.node(), o.beginNanos(), o.endNanos(), o.result(), o.token(), action, o.error());
    }

    private void read(int session) {
        // A replica that is behind, but never behind what the session has seen.
        int at = seen[session] + random.nextInt(past.size() - seen[session]);
        seen[session] = at;
        State state = past.get(at);
        Action action = switch (random.nextInt(3)) {
            case 0 -> new Lists(0, state.lists());
            case 1 -> new Counters(state.counters());
            default -> new Balances(state.balances());
        };
        note(session, Result.OK, action);
    }

    private void write(int session) {
        State state = past.getLast();
        long id = ++ids;
        int k = random.nextInt(WIDTH);
        int other = (k + 1) % WIDTH;
        List<Long> ledger = plus(state.ledger(), id);
        Write action;
        State next;
        switch (random.nextInt(4)) {
            case 0 -> {
                action = new Insert(id);
                next = new State(ledger, state.lists(), state.counters(), state.balances());
            }
            case 1 -> {
                action = new Append(id, List.of(k, other));
                List<List<Long>> lists = new ArrayList<>(state.lists());
                lists.set(k, plus(lists.get(k), id));
                lists.set(other, plus(lists.get(other), id));
                next = new State(ledger, lists, state.counters(), state.balances());
            }
            case 2 -> {
                action = new Count(id, k, state.counters().get(k));
                next = new State(
                        ledger,
                        state.lists(),
                        set(state.counters(), k, state.counters().get(k) + 1),
                        state.balances());
            }
            default -> {
                action = new Transfer(id, k, other, 3);
                List<Long> balances = set(state.balances(), k, state.balances().get(k) - 3);
                next = new State(
                        ledger, state.lists(), state.counters(), set(balances, other, balances.get(other) + 3));
            }
        }
        boolean tookPlace = random.nextInt(10) > 0;
        if (tookPlace) {
            past.add(next);
        }
        Result result = random.nextInt(10) == 0 ? Result.UNKNOWN : tookPlace ? Result.OK : Result.FAILED;
        if (result == Result.UNKNOWN) {
            Map<String, String> answers = new TreeMap<>();
            NODES.forEach(node -> answers.put(node, tookPlace ? "committed" : "not committed"));
            told.put(id, answers);
        }
        if (result == Result.OK) {
            seen[session] = past.size() - 1;
        }
        note(session, result, action);
    }

    private void note(int session, Result result, Action action) {
        operations.add(new Operation(session, NODES.get(random.nextInt(3)), now, now + 5, result, "", action, ""));
    }

    private static List<Long> plus(List<Long> list, long id) {
        List<Long> longer = new ArrayList<>(list);
        longer.add(id);
        return longer;
    }

    private static List<Long> set(List<Long> list, int k, long value) {
        List<Long> changed = new ArrayList<>(list);
        changed.set(k, value);
        return changed;
    }
}
