package io.understudy.replay;

/** What became of a batch. */
public sealed interface ReplayOutcome {

    /** Everything up to and including {@code index} is in the local database. */
    record Applied(long index) implements ReplayOutcome {}

    /**
     * The local database is not what the entry was made on. Nothing of the entry, and nothing after it, was applied; everything before it was.
     *
     * @param subject the table (schema.name), or what else the entry was about
     */
    record Diverged(long index, String subject, String expected, String found) implements ReplayOutcome {
        @Override
        public String toString() {
            return "entry " + index + ", " + subject + ": expected " + expected + ", found " + found;
        }
    }

    /** The connection is gone; whether the last commit happened is known only by asking for the applied index again. */
    record ServerLost(String why) implements ReplayOutcome {}

    /** The server could not do it now (locks, disk, connections), and not after some tries either. Everything before {@code index} was applied. */
    record Blocked(long index, String sqlState, String message) implements ReplayOutcome {}
}
