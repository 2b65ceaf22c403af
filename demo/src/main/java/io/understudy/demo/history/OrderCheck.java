package io.understudy.demo.history;

import io.understudy.demo.history.Action.Counters;
import io.understudy.demo.history.Action.Lists;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * No long fork: two readers, wherever they are, must not see two independent writes in different orders. What only grows is seen in one statement; of any two things
 * seen, one must be the other or later in every part.
 */
public final class OrderCheck implements Check {
    private record Seen(String node, List<Long> sizes) {
        long sum() {
            return sizes.stream().mapToLong(Long::longValue).sum();
        }

        boolean beforeOrEqual(Seen other) {
            for (int k = 0; k < sizes.size(); k++) {
                if (sizes.get(k) > other.sizes.get(k)) {
                    return false;
                }
            }
            return true;
        }
    }

    @Override
    public List<String> findings(History history) {
        Findings findings = new Findings();
        find(history.reads(Counters.class), o -> ((Counters) o.action()).values(), "counters", findings);
        history.reads(Lists.class).stream()
                .collect(Collectors.groupingBy(o -> ((Lists) o.action()).first()))
                .values()
                .forEach(reads -> find(reads, OrderCheck::lengths, "lists", findings));
        return findings.lines();
    }

    private static List<Long> lengths(Operation read) {
        return ((Lists) read.action())
                .lists().stream().map(l -> (long) l.size()).toList();
    }

    /** In the order of their sums they are a chain, or they are none at all. */
    private static void find(
            List<Operation> reads, Function<Operation, List<Long>> sizes, String what, Findings findings) {
        List<Seen> all = new ArrayList<>();
        reads.forEach(o -> all.add(new Seen(o.node(), sizes.apply(o))));
        all.sort(Comparator.comparingLong(Seen::sum));
        for (int i = 1; i < all.size(); i++) {
            if (!all.get(i - 1).beforeOrEqual(all.get(i))) {
                findings.add("long fork: " + what + " grew in different orders", all.get(i - 1) + " and " + all.get(i));
            }
        }
    }
}
