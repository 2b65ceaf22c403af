package io.understudy.replay;

/**
 * Told that a statement, replayed, did something else than on the master. What it did there was applied instead, so this database is right; but statements of its kind are not what the
 * whitelist takes them for.
 */
@FunctionalInterface
public interface StatementAlarm {

    /**
     * Called by the applying thread, once the entry's effects are certain; must not wait.
     *
     * @param index of the entry
     * @param sql the statement as its client sent it
     * @param how what was expected and what came of it
     */
    void differed(long index, String sql, String how);
}
