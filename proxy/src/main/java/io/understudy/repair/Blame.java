package io.understudy.repair;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who is wrong where nodes differ. Pure.
 *
 * <p>The log is the truth, and each replica has made its database of it independently: where more than half of the nodes compared agree, the others are wrong. Where
 * no majority agrees, the master is what clients have seen, and who differs from it is wrong.
 */
public final class Blame {
    private Blame() {}

    /**
     * By node, what is wrong there; nodes where nothing is are left out.
     *
     * @param differences what differs, with what each node has
     * @param master name of the master; empty if it does not count
     */
    public static Map<String, List<String>> of(Collection<VerificationReport.Difference> differences, String master) {
        Map<String, List<String>> wrong = new TreeMap<>();
        for (VerificationReport.Difference d : differences) {
            String right = right(d.found(), master);
            if (right != null) {
                d.found().forEach((node, value) -> {
                    if (!value.equals(right)) {
                        wrong.computeIfAbsent(node, n -> new ArrayList<>())
                                .add(d.name() + ": " + value + ", expected " + right);
                    }
                });
            }
        }
        return wrong;
    }

    private static @Nullable String right(Map<String, String> found, String master) {
        Map<String, Long> votes = found.values().stream().collect(Collectors.groupingBy(v -> v, Collectors.counting()));
        return votes.entrySet().stream()
                .filter(v -> v.getValue() * 2 > found.size())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(found.get(master));
    }
}
