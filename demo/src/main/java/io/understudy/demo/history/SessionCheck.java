package io.understudy.demo.history;

import io.understudy.demo.history.Action.Append;
import io.understudy.demo.history.Action.Count;
import io.understudy.demo.history.Action.Counters;
import io.understudy.demo.history.Action.Lists;
import io.understudy.demo.history.Operation.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a session sees: what it wrote itself, and never less than it saw before. */
public final class SessionCheck implements Check {
    @Override
    public List<String> findings(History history) {
        Findings findings = new Findings();
        Map<Integer, List<Operation>> sessions = new TreeMap<>();
        history.operations().stream()
                .filter(o -> o.result() == Result.OK)
                .sorted(Comparator.comparingLong(Operation::beginNanos))
                .forEach(o -> sessions.computeIfAbsent(o.session(), s -> new ArrayList<>())
                        .add(o));
        sessions.values().forEach(operations -> follow(operations, findings));
        return findings.lines();
    }

    private static void follow(List<Operation> operations, Findings findings) {
        Map<String, Long> seen = new HashMap<>();
        Map<Integer, List<Long>> appended = new HashMap<>();
        for (Operation o : operations) {
            switch (o.action()) {
                case Count c -> seen.merge("counter " + c.counter(), c.read() + 1, Math::max);
                case Append a ->
                    a.lists()
                            .forEach(k -> appended.computeIfAbsent(k, x -> new ArrayList<>())
                                    .add(a.id()));
                case Counters c -> {
                    for (int k = 0; k < c.values().size(); k++) {
                        grown(seen, "counter " + k, c.values().get(k), o, findings);
                    }
                }
                case Lists l -> {
                    for (int i = 0; i < l.lists().size(); i++) {
                        int k = l.first() + i;
                        List<Long> list = l.lists().get(i);
                        grown(seen, "list " + k, list.size(), o, findings);
                        if (!list.containsAll(appended.getOrDefault(k, List.of()))) {
                            findings.add("a session through " + o.node() + " did not see its own writes", "list " + k);
                        }
                    }
                }
                default -> {}
            }
        }
    }

    private static void grown(Map<String, Long> seen, String what, long value, Operation o, Findings findings) {
        long before = seen.getOrDefault(what, 0L);
        if (value < before) {
            findings.add(
                    "a session through " + o.node() + " went back in time",
                    what + " from " + before + " to " + value + " in session " + o.session());
        }
        seen.merge(what, value, Math::max);
    }
}
