package io.understudy.demo.history;

import io.understudy.demo.history.Action.Write;
import io.understudy.demo.history.Operation.Result;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that happened in a run.
 *
 * @param operations in any order
 * @param states what each server held when everything was over, by name of node; at least one
 * @param told what each node answered when asked for the outcome of an unknown transaction, by the transaction's number and the node's name
 */
public record History(List<Operation> operations, Map<String, State> states, Map<Long, Map<String, String>> told) {
    public History {
        operations = List.copyOf(operations);
        states = new TreeMap<>(states);
        told = new TreeMap<>(told);
        if (states.isEmpty()) {
            throw new IllegalArgumentException("no server was looked at");
        }
    }

    /** The writes that ended so, with what is known of them. */
    Stream<Operation> writes(Result result) {
        return operations.stream().filter(o -> o.action() instanceof Write && o.result() == result);
    }

    /** The reads that gave something of that kind, in the order of their answers. */
    <A extends Action.Read> List<Operation> reads(Class<A> kind) {
        return operations.stream()
                .filter(o -> o.result() == Result.OK && kind.isInstance(o.action()))
                .sorted((a, b) -> Long.compare(a.endNanos(), b.endNanos()))
                .toList();
    }

    /** The transactions that took place, by the first server's ledger; that the others agree is for {@link LedgerCheck} to say. */
    Set<Long> tookPlace() {
        return states.values().iterator().next().ledger().stream().collect(Collectors.toSet());
    }
}
