package io.understudy.topology;

/**
 * What a node is there for: what its settings say, and whether somebody is looking after it.
 *
 * @param reads whether sessions of other nodes may read from its PostgreSQL
 * @param mastership whether it may become master although another node could
 * @param zone where it is; empty if nothing is said
 * @param weight how many reads it is meant to take, where an equal one of weight 1 takes one
 * @param delaySeconds how far its database is kept behind the log; 0: not at all
 * @param drained it is being looked after: it takes no reads and no mastership until it is given back
 */
public record Duties(boolean reads, boolean mastership, String zone, int weight, long delaySeconds, boolean drained) {
    /** Everything that comes. */
    public static final Duties ALL = new Duties(true, true, "", 1, 0, false);

    /** Whether it becomes master. */
    public enum Candidacy {
        /** Never. */
        NEVER,
        /** Only where no other node can. */
        LAST,
        /** Like any other. */
        ALWAYS
    }

    /** Of a database that is kept behind, what makes it worth having would be gone with the mastership. */
    public Candidacy candidacy() {
        if (delaySeconds > 0) {
            return Candidacy.NEVER;
        }
        return mastership && !drained ? Candidacy.ALWAYS : Candidacy.LAST;
    }

    /** Whether sessions of other nodes read from its database. */
    public boolean readByOthers() {
        return reads && readByItsOwn();
    }

    /** Whether its own sessions read from its database. */
    public boolean readByItsOwn() {
        return delaySeconds == 0 && !drained;
    }
}
