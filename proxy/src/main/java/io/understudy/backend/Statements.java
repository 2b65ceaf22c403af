package io.understudy.backend;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The proxy's own prepared statements on one connection, least recently used last out. */
final class Statements {
    private static final int KEPT_MAX = 256;

    private final Map<String, Prepared> byText = new LinkedHashMap<>(64, 0.75f, true);
    private final List<String> dropped = new ArrayList<>();
    private long made;

    /** A statement under its name; {@code known} once the server has confirmed it. */
    static final class Prepared {
        final String name;
        boolean known;
        /** The batch being written prepares it already. */
        boolean underway;

        boolean forgotten;

        Prepared(String name) {
            this.name = name;
        }
    }

    Prepared of(String key) {
        Prepared p = byText.get(key);
        if (p == null) {
            p = new Prepared("understudy_" + ++made);
            byText.put(key, p);
            if (byText.size() > KEPT_MAX) {
                forget(byText.keySet().iterator().next());
            }
        }
        return p;
    }

    /** Names the server can forget; asked for once each. */
    List<String> takeDropped() {
        if (dropped.isEmpty()) {
            return List.of();
        }
        List<String> names = List.copyOf(dropped);
        dropped.clear();
        return names;
    }

    /** The server has none of them any more (DISCARD ALL, DEALLOCATE ALL). */
    void forgetAll() {
        byText.clear();
        dropped.clear();
    }

    /** It must be prepared anew, under another name. */
    void forget(String key) {
        Prepared p = byText.remove(key);
        if (p != null) {
            p.forgotten = true;
            if (p.known) {
                dropped.add(p.name);
            }
        }
    }

    /** The server has prepared it. */
    void confirm(Prepared p) {
        p.underway = false;
        p.known = true;
        if (p.forgotten) {
            dropped.add(p.name);
        }
    }
}
