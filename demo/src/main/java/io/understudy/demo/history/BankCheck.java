package io.understudy.demo.history;

import io.understudy.demo.history.Action.Balances;
import io.understudy.demo.history.Action.Transfer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Accounts between which money moves: whoever looks sees all of it, and in the end each account has what the transfers say.
 *
 * @param total of all accounts; in the beginning they have the same
 */
public record BankCheck(long total) implements Check {
    @Override
    public List<String> findings(History history) {
        Findings findings = new Findings();
        for (Operation read : history.reads(Balances.class)) {
            List<Long> values = ((Balances) read.action()).values();
            if (sum(values) != total) {
                findings.add("read through " + read.node() + " another total than " + total, sum(values));
            }
        }
        Set<Long> tookPlace = history.tookPlace();
        history.states().forEach((node, state) -> {
            List<Long> balances = state.balances();
            Map<Integer, Long> there = new TreeMap<>();
            Map<Integer, Long> due = new TreeMap<>();
            for (int k = 0; k < balances.size(); k++) {
                there.put(k, balances.get(k));
                due.put(k, total / balances.size());
            }
            for (Operation o : history.operations()) {
                if (o.action() instanceof Transfer t && tookPlace.contains(t.id())) {
                    due.merge(t.from(), -t.amount(), Long::sum);
                    due.merge(t.to(), t.amount(), Long::sum);
                }
            }
            if (!there.equals(due)) {
                findings.add("accounts on " + node + " are not what transfers made them", there + " for " + due);
            }
        });
        return findings.lines();
    }

    private static long sum(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).sum();
    }
}
