package io.understudy.jdbc;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The little the driver looks for in SQL, and only after a loss. What is in doubt counts as the worse case. */
final class SqlText {
    private static final Pattern MAY_COMMIT =
            Pattern.compile("\\b(commit|end|prepare\\s+transaction)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern ROLLBACK =
            Pattern.compile("\\s*(rollback|abort)\\s*(work|transaction)?\\s*;?\\s*", Pattern.CASE_INSENSITIVE);
    private static final Pattern COMMIT =
            Pattern.compile("\\s*(commit|end)\\s*(work|transaction)?\\s*;?\\s*", Pattern.CASE_INSENSITIVE);

    private SqlText() {}

    /** Whether it may end a transaction block by a commit. */
    static boolean mayCommit(@Nullable String sql) {
        return sql != null && MAY_COMMIT.matcher(sql).find();
    }

    static boolean isRollback(@Nullable String sql) {
        return sql != null && ROLLBACK.matcher(sql).matches();
    }

    static boolean isCommit(@Nullable String sql) {
        return sql != null && COMMIT.matcher(sql).matches();
    }
}
