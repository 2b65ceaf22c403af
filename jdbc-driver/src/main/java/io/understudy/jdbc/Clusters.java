package io.understudy.jdbc;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The clusters this JVM has connected to. Bounded: beyond {@value #KEPT_MAX}, those not in use are forgotten, the ones unused for longest first; one with an open connection never is. Safe for use by many
 * threads.
 */
final class Clusters {
    static final int KEPT_MAX = 256;

    private final Map<Key, Cluster> clusters = new LinkedHashMap<>(16, 0.75f, true);

    private record Key(Set<Address> nodes, String database, String user) {}

    /** The cluster of that data source; one more user of it until {@link Cluster#leave}. */
    synchronized Cluster use(UnderstudyUrl url) {
        Key key = new Key(
                Set.copyOf(url.nodes()), url.database(), url.properties().getProperty("user", ""));
        Cluster c = clusters.computeIfAbsent(key, k -> new Cluster(url));
        c.use();
        if (clusters.size() > KEPT_MAX) {
            forgetUnused();
        }
        return c;
    }

    private void forgetUnused() {
        Iterator<Cluster> eldestFirst = clusters.values().iterator();
        while (clusters.size() > KEPT_MAX && eldestFirst.hasNext()) {
            if (!eldestFirst.next().inUse()) {
                eldestFirst.remove();
            }
        }
    }

    synchronized int size() {
        return clusters.size();
    }
}
