package io.understudy.demo.history;

import java.util.List;

/**
 * What one server holds in the end.
 *
 * @param ledger numbers of transactions, as often as they are there
 * @param lists by their number
 * @param counters by their number
 * @param balances by the account's number
 */
public record State(List<Long> ledger, List<List<Long>> lists, List<Long> counters, List<Long> balances) {
    public State {
        ledger = List.copyOf(ledger);
        lists = lists.stream().map(List::copyOf).toList();
        counters = List.copyOf(counters);
        balances = List.copyOf(balances);
    }
}
