package io.understudy.backend;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Object ids of tables and types that users made, as they are on one server, and what stands for them on another one. What is asked for the first time is looked up by name; a pair that was
 * found holds as long as the two servers are what they are, for no id is given twice.
 *
 * <h2>Threads</h2>
 * Any. A lookup is done by one at a time; what is known costs some nanoseconds and no memory.
 */
public final class ObjectIds {
    /** Below are the server's own, the same everywhere. */
    private static final int FIRST_OF_USERS = 16_384;

    private static final Pairs NONE = new Pairs(new int[0], new int[0]);

    private final Lookup lookup;
    private volatile Pairs tables = NONE;
    private volatile Pairs types = NONE;

    /** Which of the two catalogs an id is of. */
    public enum Kind {
        TABLE,
        TYPE
    }

    /** Asks the servers. */
    @FunctionalInterface
    public interface Lookup {
        /** @return by id what stands for it; those that have no counterpart are left out */
        Map<Integer, Integer> find(Kind kind, int[] ids) throws IOException;
    }

    public ObjectIds(Lookup lookup) {
        this.lookup = lookup;
    }

    /** Sorted by the ids they are found by. */
    private record Pairs(int[] from, int[] to) {
        int get(int id) {
            int i = Arrays.binarySearch(from, id);
            return i < 0 ? 0 : to[i];
        }

        Pairs with(Map<Integer, Integer> more) {
            Map<Integer, Integer> all = new TreeMap<>(more);
            for (int i = 0; i < from.length; i++) {
                all.put(from[i], to[i]);
            }
            return new Pairs(
                    all.keySet().stream().mapToInt(Integer::intValue).toArray(),
                    all.values().stream().mapToInt(Integer::intValue).toArray());
        }
    }

    private Pairs pairs(Kind kind) {
        return kind == Kind.TABLE ? tables : types;
    }

    private static boolean ofUsers(int id) {
        return Integer.compareUnsigned(id, FIRST_OF_USERS) >= 0;
    }

    /** Whether {@link #of} has to be told by {@link #learn} first. */
    public boolean isNews(Kind kind, int id) {
        return ofUsers(id) && pairs(kind).get(id) == 0;
    }

    /** What stands for it; the same id if nothing is known to. */
    public int of(Kind kind, int id) {
        int other = ofUsers(id) ? pairs(kind).get(id) : 0;
        return other == 0 ? id : other;
    }

    /**
     * Looks these up, unless they are known by now.
     *
     * @throws IOException if a server does not answer
     */
    public synchronized void learn(Kind kind, int[] ids) throws IOException {
        int[] news =
                Arrays.stream(ids).filter(id -> isNews(kind, id)).distinct().toArray();
        if (news.length == 0) {
            return;
        }
        Pairs learnt = pairs(kind).with(lookup.find(kind, news));
        if (kind == Kind.TABLE) {
            tables = learnt;
        } else {
            types = learnt;
        }
    }
}
