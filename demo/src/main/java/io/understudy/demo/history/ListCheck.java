package io.understudy.demo.history;

import io.understudy.demo.history.Action.Append;
import io.understudy.demo.history.Action.Lists;
import io.understudy.demo.history.Operation.Result;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lists that transactions append to. A list tells the whole order of its writers, so every value that anybody read must be a beginning of what is there in the end;
 * whoever began after another was acknowledged stands behind it.
 */
public final class ListCheck implements Check {
    @Override
    public List<String> findings(History history) {
        Findings findings = new Findings();
        List<List<Long>> last = history.states().values().iterator().next().lists();
        history.states().forEach((node, state) -> {
            if (!state.lists().equals(last)) {
                findings.add("lists are not the same on all servers", node);
            }
        });
        for (Operation read : history.reads(Lists.class)) {
            Lists lists = (Lists) read.action();
            for (int i = 0; i < lists.lists().size(); i++) {
                int k = lists.first() + i;
                List<Long> seen = lists.lists().get(i);
                List<Long> whole = k < last.size() ? last.get(k) : List.of();
                if (seen.size() > whole.size() || !seen.equals(whole.subList(0, seen.size()))) {
                    findings.add("read through " + read.node() + " what is no beginning of list " + k, seen);
                }
            }
        }
        Set<Long> tookPlace = history.tookPlace();
        Map<Long, Operation> appends = new HashMap<>();
        for (Operation o : history.operations()) {
            if (o.action() instanceof Append a) {
                appends.put(a.id(), o);
            }
        }
        members(appends, tookPlace, last, findings);
        for (int k = 0; k < last.size(); k++) {
            order(appends, k, last.get(k), findings);
        }
        return findings.lines();
    }

    private record Member(int list, long id) {}

    private static void members(
            Map<Long, Operation> appends, Set<Long> tookPlace, List<List<Long>> lists, Findings findings) {
        Set<Member> there = new HashSet<>();
        for (int k = 0; k < lists.size(); k++) {
            for (long id : lists.get(k)) {
                if (!there.add(new Member(k, id))) {
                    findings.add("appended twice", new Member(k, id));
                }
            }
        }
        for (Operation o : appends.values()) {
            Append a = (Append) o.action();
            for (int k : a.lists()) {
                boolean listed = there.remove(new Member(k, a.id()));
                if (listed != tookPlace.contains(a.id())) {
                    findings.add(
                            listed
                                    ? "appended, though its transaction did not take place"
                                    : "took place, and is not in its list",
                            new Member(k, a.id()));
                }
            }
        }
        there.forEach(member -> findings.add("appended by nobody", member));
    }

    private static void order(Map<Long, Operation> appends, int number, List<Long> list, Findings findings) {
        // None may have been acknowledged before the latest begin of those in front of it.
        long latestBegin = Long.MIN_VALUE;
        for (long id : list) {
            Operation o = appends.get(id);
            if (o == null) {
                continue;
            }
            if (o.result() == Result.OK && o.endNanos() < latestBegin) {
                findings.add("in list " + number + " behind what began after it was acknowledged", o.action());
            }
            latestBegin = Math.max(latestBegin, o.beginNanos());
        }
    }
}
