package io.understudy.consensus;

import io.understudy.log.EntryCodec;
import io.understudy.log.LogBase;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The entries of a log that say who belongs to the cluster, by index. One thread changes it, any may look. */
final class MembershipChanges {
    private final NavigableMap<Long, Membership> changes = new ConcurrentSkipListMap<>();
    private volatile Optional<Membership> before = Optional.empty();
    private volatile long since;

    /** What was said up to that entry no longer holds: a person has said otherwise. */
    void countAfter(long index) {
        since = index;
    }

    private boolean counts(Membership membership) {
        return membership.index() > since;
    }

    void appended(long index, byte[] entry) {
        if (EntryCodec.isMembersChanged(entry)) {
            changes.put(index, Membership.of(index, entry));
        }
    }

    void truncateFrom(long index) {
        changes.tailMap(index, true).clear();
    }

    /** The log begins after that. */
    void forget(LogBase base) {
        before = Membership.decode(base.members());
        changes.headMap(base.index(), true).clear();
    }

    /** What holds at that entry, if an entry of the log says it. */
    Optional<Membership> at(long index) {
        return Optional.ofNullable(changes.floorEntry(index))
                .map(Map.Entry::getValue)
                .or(() -> before)
                .filter(this::counts);
    }

    /** Whether that entry is one. */
    boolean isAt(long index) {
        return changes.containsKey(index) && index > since;
    }

    /** The index of the change before the last one; 0 if there are not two. As only one can be under way, that one is committed. */
    long beforeLast() {
        Map.Entry<Long, Membership> last = changes.lastEntry();
        Map.Entry<Long, Membership> before = last == null ? null : changes.lowerEntry(last.getKey());
        return before == null || before.getKey() <= since ? 0 : before.getKey();
    }
}
