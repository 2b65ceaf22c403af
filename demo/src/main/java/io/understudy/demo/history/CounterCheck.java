package io.understudy.demo.history;

import io.understudy.demo.history.Action.Count;
import io.understudy.demo.history.Action.Counters;
import io.understudy.demo.history.Operation.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counters that transactions read and then write one higher: no two may have read the same, and none may be left out. */
public final class CounterCheck implements Check {
    @Override
    public List<String> findings(History history) {
        Findings findings = new Findings();
        List<Long> last = history.states().values().iterator().next().counters();
        history.states().forEach((node, state) -> {
            if (!state.counters().equals(last)) {
                findings.add("counters are not the same on all servers", node);
            }
        });
        Set<Long> tookPlace = history.tookPlace();
        Map<Integer, Map<Long, Long>> readers = new TreeMap<>();
        for (Operation o : history.operations()) {
            if (o.action() instanceof Count c && tookPlace.contains(c.id())) {
                Long other = readers.computeIfAbsent(c.counter(), k -> new HashMap<>())
                        .put(c.read(), c.id());
                if (other != null) {
                    findings.add(
                            "lost update: both read " + c.read() + " in counter " + c.counter(), other + ", " + c.id());
                }
            }
        }
        for (int k = 0; k < last.size(); k++) {
            int counted = readers.getOrDefault(k, Map.of()).size();
            if (last.get(k) != counted) {
                findings.add(
                        "counter " + k + " does not say how often it was counted", last.get(k) + " for " + counted);
            }
        }
        readers.keySet().stream()
                .filter(k -> k >= last.size())
                .forEach(k -> findings.add("a counter is gone in which was counted", k));
        neverAhead(history, findings);
        return findings.lines();
    }

    /** A value that was read must have been begun to be written by then. */
    private static void neverAhead(History history, Findings findings) {
        Map<List<Long>, Long> begun = new HashMap<>();
        for (Operation o : history.operations()) {
            if (o.action() instanceof Count c && o.result() != Result.FAILED) {
                begun.merge(List.of((long) c.counter(), c.read() + 1), o.beginNanos(), Math::min);
            }
        }
        for (Operation o : history.reads(Counters.class)) {
            List<Long> values = ((Counters) o.action()).values();
            for (int k = 0; k < values.size(); k++) {
                Long at = begun.get(List.of((long) k, values.get(k)));
                if (values.get(k) > 0 && (at == null || at > o.endNanos())) {
                    findings.add(
                            "counter " + k + " read through " + o.node() + " before anybody wrote it", values.get(k));
                }
            }
        }
    }
}
