package io.understudy.demo.fault;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What clients tried to write, under unique keys, and what was acknowledged; judges what servers hold in the end. An attempt that was not acknowledged may be there
 * or not, but the same everywhere. Safe for use by many threads.
 *
 * @param <K> of keys
 */
public final class WriteHistory<K> {
    private static final int EXAMPLES_MAX = 5;

    private final Set<K> attempted = ConcurrentHashMap.newKeySet();
    private final Set<K> acknowledged = ConcurrentHashMap.newKeySet();

    /** To be called before a key is sent. */
    public void attempt(K key) {
        if (!attempted.add(key)) {
            throw new IllegalArgumentException("key " + key + " is used twice");
        }
    }

    /** To be called after the server said that the key is committed. */
    public void acknowledge(K key) {
        if (!attempted.contains(key)) {
            throw new IllegalArgumentException("key " + key + " was not attempted");
        }
        acknowledged.add(key);
    }

    /** How many keys were acknowledged. */
    public int acknowledged() {
        return acknowledged.size();
    }

    /** The keys that were acknowledged, as text, sorted. */
    public List<String> acknowledgedKeys() {
        return acknowledged.stream().map(String::valueOf).sorted().toList();
    }

    /** How many keys were sent. */
    public int attempted() {
        return attempted.size();
    }

    /**
     * Compares with what the servers hold.
     *
     * @param held by name of node, every key as often as it is there
     * @return what is wrong, for people; empty if nothing is
     */
    public List<String> check(Map<String, ? extends Collection<K>> held) {
        List<String> findings = new ArrayList<>();
        if (held.isEmpty()) {
            findings.add("no node was looked at");
        }
        Map<String, Set<K>> distinct = new TreeMap<>();
        held.forEach((node, keys) -> {
            Set<K> seen = new HashSet<>();
            List<K> twice =
                    keys.stream().filter(key -> !seen.add(key)).distinct().toList();
            add(findings, node + " holds twice", twice);
            add(findings, node + " lost, though acknowledged,", missing(acknowledged, seen));
            add(findings, node + " holds what nobody wrote:", missing(seen, attempted));
            distinct.put(node, seen);
        });
        distinct.forEach((node, keys) -> distinct.forEach((other, others) -> {
            if (!node.equals(other)) {
                add(findings, node + " holds, and " + other + " does not,", missing(keys, others));
            }
        }));
        return findings;
    }

    private static <K> List<K> missing(Set<K> from, Set<K> in) {
        return from.stream().filter(key -> !in.contains(key)).toList();
    }

    private static <K> void add(List<String> findings, String what, List<K> keys) {
        if (!keys.isEmpty()) {
            findings.add(what + " " + keys.size() + " keys, such as "
                    + keys.subList(0, Math.min(EXAMPLES_MAX, keys.size())));
        }
    }
}
