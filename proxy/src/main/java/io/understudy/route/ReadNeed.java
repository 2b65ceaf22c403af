package io.understudy.route;

/**
 * What a session must find where it reads.
 *
 * @param token highest index it has committed itself
 * @param lastNode where it read last, empty if nowhere
 * @param lastSeen highest index that can have been visible there; binds every other node
 */
public record ReadNeed(long token, String lastNode, long lastSeen) {
    public static final ReadNeed NOTHING = new ReadNeed(0, "", 0);

    /** The applied index a node must have. A node's state only moves forward, so reading on the same one needs no more than the token. */
    public long on(String node) {
        return node.equals(lastNode) ? token : Math.max(token, lastSeen);
    }

    /** The same, and at least that index. */
    public ReadNeed atLeast(long index) {
        return new ReadNeed(Math.max(token, index), lastNode, lastSeen);
    }

    /** After a commit of one's own. */
    public ReadNeed committed(long index) {
        return new ReadNeed(Math.max(token, index), lastNode, lastSeen);
    }

    /** After a read. */
    public ReadNeed read(String node, long seenUpTo) {
        if (node.equals(lastNode)) {
            return seenUpTo <= lastSeen ? this : new ReadNeed(token, node, seenUpTo);
        }
        return new ReadNeed(Math.max(token, lastSeen), node, seenUpTo);
    }
}
