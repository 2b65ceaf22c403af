package io.understudy.route;

import io.understudy.classification.Classification;
import io.understudy.classification.SessionStatement;
import io.understudy.classification.TransactionControl;

/** Which statements may run on a replica by themselves. Pure. */
public final class Readability {
    private Readability() {}

    /**
     * Whether a statement outside of any transaction may go where reads go.
     *
     * @param onMaster the session must read where its own state is
     * @param pinned the session has state of any kind that stays on its connection
     */
    public static boolean readable(Classification c, boolean onMaster, boolean pinned) {
        if (c instanceof SessionStatement.Set s && s.local()) {
            // has no effect where it stands alone, but for a warning
            return true;
        }
        if (onMaster) {
            return false;
        }
        return switch (c) {
            case Classification.Read r -> r.scope() == Classification.Scope.DATA;
            case Classification.Copy copy ->
                !copy.from()
                        && copy.client()
                        && copy.content() instanceof Classification.Read r
                        && r.scope() == Classification.Scope.DATA;
            case SessionStatement.Set s -> !pinned;
            case SessionStatement.Reset r -> !pinned;
            case SessionStatement.Show s -> !pinned && !s.name().contains("read_only");
            case TransactionControl t -> true;
            case Classification.Empty e -> true;
            default -> false;
        };
    }
}
