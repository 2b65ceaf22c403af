package io.understudy.admin;

import java.util.List;
import java.util.Map;

/** Says where statements would go. Called by many threads; must not wait. */
@FunctionalInterface
public interface Explainer {

    /**
     * For each statement of {@code sql} what the node would do with it for a client that has just connected: names to texts, lists of texts and booleans. {@code lines} is the
     * same for people. Nothing is run.
     */
    List<Map<String, Object>> explain(String sql);
}
