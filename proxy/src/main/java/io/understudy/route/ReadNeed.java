package io.understudy.route;

/**
 * What a session must find where it reads.
 *
 * @param token highest index it has committed itself
 * @param lastNode where it read last, empty if nowhere
 * @param lastSeen highest index that can have been visible there; binds every other node
 * @param term 0 if {@code lastSeen} is certain; else the term in which the session's node led, as far as it knew, when it took its own commit index for it, {@link #NO_TERM} if it did not lead
 */
public record ReadNeed(long token, String lastNode, long lastSeen, long term) {
    public static final ReadNeed NOTHING = of(0);

    /** No node leads in it. */
    public static final long NO_TERM = -1;

    /** That index, wherever it reads. */
    public static ReadNeed of(long index) {
        return new ReadNeed(index, "", 0, 0);
    }

    /** The applied index a node must have. A node's state only moves forward, so reading on the same one needs no more than the token. */
    public long on(String node) {
        return node.equals(lastNode) ? token : Math.max(token, lastSeen);
    }

    /** No lower than what it has committed or, unless that is in doubt, can have seen. */
    public long highest() {
        return Math.max(token, lastSeen);
    }

    /** After a commit of one's own. */
    public ReadNeed committed(long index) {
        return index <= token ? this : new ReadNeed(index, lastNode, lastSeen, term);
    }

    /** After a read, where nothing later can have been visible. */
    public ReadNeed read(String node, long seenUpTo) {
        return read(node, seenUpTo, 0);
    }

    /** After a read that ended while the session's node led in that term. */
    public ReadNeed read(String node, long seenUpTo, long inTerm) {
        if (node.equals(lastNode)) {
            return seenUpTo <= lastSeen && inTerm == term
                    ? this
                    : new ReadNeed(token, node, Math.max(lastSeen, seenUpTo), inTerm);
        }
        if (!inDoubt()) {
            return new ReadNeed(Math.max(token, lastSeen), node, seenUpTo, inTerm);
        }
        // What was seen there is still to be settled, so even this node is none it may trust.
        boolean sameDoubt = inTerm == 0 || inTerm == term;
        return new ReadNeed(token, "", Math.max(lastSeen, seenUpTo), sameDoubt ? term : NO_TERM);
    }

    /** Whether more may have been visible than is known here. */
    public boolean inDoubt() {
        return term != 0;
    }

    /**
     * No longer in doubt.
     *
     * @param confirmed an index that nothing committed by now is above
     * @param leads the term in which the session's node leads now, a majority having confirmed it after the read
     */
    public ReadNeed settled(long confirmed, long leads) {
        boolean ledAllTheTime = term > 0 && term == leads;
        return new ReadNeed(token, lastNode, ledAllTheTime ? lastSeen : Math.max(lastSeen, confirmed), 0);
    }

    /** At least that index, which nothing committed by now is above. */
    public ReadNeed confirmed(long index) {
        return new ReadNeed(Math.max(token, index), lastNode, index, 0);
    }

    /** The same, where the node it read at last is like any other. */
    public ReadNeed anywhere() {
        return new ReadNeed(token, "", lastSeen, term);
    }
}
