package io.understudy.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.classification.Classification;
import io.understudy.classification.Insight;
import io.understudy.route.Asker;
import io.understudy.route.Consistency;
import io.understudy.route.Explanation;
import io.understudy.route.Hint;
import io.understudy.route.ReadNeed;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** EXPLAIN (ROUTE): says where a statement would go now, in this session and its transaction. */
final class RouteExplainer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NodeServices node;
    private final SessionState session;

    RouteExplainer(NodeServices node, SessionState session) {
        this.node = node;
        this.session = session;
    }

    /** What it answers: rows of one column. */
    List<List<String>> rows(Classification.ExplainRoute e) {
        Insight insight = node.classifier().inspect(e.statement(), session.searchPath);
        boolean distrusted = node.transactions().isDistrusted(insight.shape());
        Explanation explanation =
                Explanation.of(insight, asker(Hint.of(List.of(e.statement()))), node.picture(), distrusted);
        List<String> rows = e.json() ? List.of(json(explanation)) : explanation.lines();
        return rows.stream().map(List::of).toList();
    }

    private static String json(Explanation explanation) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(explanation.fields());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Asker asker(Hint hint) {
        return new Asker(
                hint.over(session.consistency) instanceof Consistency.Eventual ? ReadNeed.NOTHING : session.need(),
                session.pins,
                session.readsOnMaster(),
                session.readOnlyByDefault,
                Optional.ofNullable(session.block).map(this::transaction),
                hint);
    }

    private Asker.Transaction transaction(Block block) {
        @Nullable Lease lease = block.lease;
        Optional<String> where = switch (lease) {
            case null -> Optional.empty();
            case Lease.Reading r -> Optional.of(r.node());
            case Lease.Writing w -> Optional.of(node.picture().self().name());
            case Lease.Relaying r -> Optional.of(r.node());
        };
        boolean rows = lease instanceof Lease.Writing w && w.transaction().rowsForSure();
        return new Asker.Transaction(
                block.options.readOnly().orElse(session.readOnlyByDefault),
                where,
                rows
                        ? Optional.of(
                                "an earlier statement of this transaction is logged as rows, and an entry is wholly one form")
                        : Optional.empty());
    }
}
