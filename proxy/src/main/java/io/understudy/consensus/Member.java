package io.understudy.consensus;

import io.microraft.RaftEndpoint;

/**
 * A node as MicroRaft sees it: its name, and which life of that name it is. What a node in another life sends, or is asked in another one's place, concerns nobody.
 *
 * @param life empty for those that the cluster was formed of
 */
record Member(String name, String life) implements RaftEndpoint {
    private static final char SEPARATOR = '\0';

    /** Of those that the cluster was formed of. */
    Member(String name) {
        this(name, "");
    }

    /** The reverse of {@link #text}. */
    static Member of(String text) {
        int end = text.indexOf(SEPARATOR);
        return end < 0 ? new Member(text) : new Member(text.substring(0, end), text.substring(end + 1));
    }

    String text() {
        return life.isEmpty() ? name : name + SEPARATOR + life;
    }

    @Override
    public Object getId() {
        return name;
    }
}
