package io.understudy.node;

import io.understudy.admin.Explainer;
import io.understudy.classification.Classifier;
import io.understudy.classification.Insight;
import io.understudy.classification.SqlStatement;
import io.understudy.execution.ShadowChecks;
import io.understudy.route.Asker;
import io.understudy.route.Explanation;
import io.understudy.route.Hint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Explains statements to the administration API: as of a client that has just connected, and finds tables in schema public. */
final class StatementExplainer implements Explainer {
    private static final List<String> SEARCH_PATH = List.of("public");
    private static final int STATEMENTS_MAX = 100;

    private final Classifier classifier;
    private final ClusterState cluster;
    private final ShadowChecks checks;

    StatementExplainer(Classifier classifier, ClusterState cluster, ShadowChecks checks) {
        this.classifier = classifier;
        this.cluster = cluster;
        this.checks = checks;
    }

    @Override
    public List<Map<String, Object>> explain(String sql) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (SqlStatement s : Classifier.split(sql)) {
            if (all.size() == STATEMENTS_MAX) {
                break;
            }
            Insight insight = classifier.inspect(s, SEARCH_PATH);
            Asker asker = Asker.NEW.hinted(Hint.of(List.of(s)));
            Explanation e = Explanation.of(insight, asker, cluster.picture(), checks.isDistrusted(insight.shape()));
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("sql", s.text());
            fields.putAll(e.fields());
            fields.put("lines", e.lines());
            all.add(fields);
        }
        return all;
    }
}
