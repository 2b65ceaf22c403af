package io.understudy.demo.history;

import io.understudy.demo.history.Action.Write;
import io.understudy.demo.history.Operation.Result;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether transactions took place: acknowledged ones once on every server, failed ones nowhere, unknown ones either way, but everywhere the same, and as every node
 * said that was asked.
 */
public final class LedgerCheck implements Check {
    @Override
    public List<String> findings(History history) {
        Findings findings = new Findings();
        Set<Long> acknowledged = ids(history, Result.OK);
        Set<Long> failed = ids(history, Result.FAILED);
        Set<Long> unknown = ids(history, Result.UNKNOWN);
        Map<String, Set<Long>> held = new TreeMap<>();
        history.states().forEach((node, state) -> {
            Set<Long> there = new HashSet<>();
            for (long id : state.ledger()) {
                if (!there.add(id)) {
                    findings.add("there twice on " + node, id);
                }
                if (failed.contains(id)) {
                    findings.add("there on " + node + ", though the client was told that it failed", id);
                } else if (!acknowledged.contains(id) && !unknown.contains(id)) {
                    findings.add("there on " + node + ", though nobody wrote it", id);
                }
            }
            for (long id : acknowledged) {
                if (!there.contains(id)) {
                    findings.add("acknowledged, and lost on " + node, id);
                }
            }
            held.put(node, there);
        });
        for (long id : unknown) {
            Set<Boolean> there =
                    held.values().stream().map(ids -> ids.contains(id)).collect(Collectors.toSet());
            if (there.size() > 1) {
                findings.add("unknown, and not the same on all servers", id);
            }
        }
        history.told().forEach((id, outcomes) -> {
            String truth = history.tookPlace().contains(id) ? "committed" : "not committed";
            outcomes.forEach((node, told) -> {
                if (!told.equals(truth)) {
                    findings.add(truth + ", where " + node + " said " + told, id);
                }
            });
        });
        return findings.lines();
    }

    private static Set<Long> ids(History history, Result result) {
        return history.writes(result).map(o -> ((Write) o.action()).id()).collect(Collectors.toSet());
    }
}
