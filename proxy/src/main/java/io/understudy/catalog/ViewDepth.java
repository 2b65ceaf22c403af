package io.understudy.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From what relations do themselves to what they do at any depth: through views of views. */
final class ViewDepth {
    private ViewDepth() {}

    /**
     * @param relations with what they read directly
     * @param others what they may read besides, already resolved or tables
     */
    static List<Relation> resolve(List<Relation> relations, List<Relation> others) {
        Map<Integer, Relation> byOid = new HashMap<>();
        others.forEach(r -> byOid.put(r.oid(), r));
        relations.forEach(r -> byOid.put(r.oid(), r));
        List<Relation> resolved = new ArrayList<>();
        for (Relation r : relations) {
            resolved.add(r.reads().isEmpty() ? r : resolve(r, byOid));
        }
        return resolved;
    }

    private static Relation resolve(Relation top, Map<Integer, Relation> byOid) {
        Set<Integer> reads = new HashSet<>();
        Deque<Relation> open = new ArrayDeque<>(List.of(top));
        boolean sequences = top.sequences();
        boolean writes = top.readsVolatile();
        while (!open.isEmpty()) {
            for (int oid : open.pop().reads()) {
                Relation read = byOid.get(oid);
                if (reads.add(oid) && read != null) {
                    sequences |= read.sequences();
                    writes |= read.readsVolatile();
                    open.push(read);
                }
            }
        }
        return new Relation(
                top.oid(),
                top.schema(),
                top.name(),
                top.kind(),
                top.persistence(),
                top.columns(),
                top.key(),
                top.odd(),
                sequences,
                writes,
                reads);
    }
}
