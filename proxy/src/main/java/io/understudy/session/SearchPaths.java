package io.understudy.session;

import io.understudy.backend.ServerError;
import io.understudy.classification.Classifier;
import io.understudy.route.Hint;
import io.understudy.route.Route.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The schemas a session's unqualified names are looked up in, asked from a server when the setting or the catalog has changed. */
final class SearchPaths {
    private static final String QUERY = "SELECT pg_catalog.unnest(pg_catalog.current_schemas(false))";

    private final NodeServices node;
    private final SessionState session;
    private final Leases leases;

    SearchPaths(NodeServices node, SessionState session, Leases leases) {
        this.node = node;
        this.session = session;
        this.leases = leases;
    }

    List<String> inEffect() throws SessionEnd {
        Classifier classifier = node.classifier();
        long version = classifier.catalogVersion();
        if (session.searchPathVersion != version && session.block == null) {
            ask();
            session.searchPathVersion = version;
        }
        return session.searchPath;
    }

    /** What cannot be found out now stays as it was: names not found make a statement a write, never a wrong read. */
    private void ask() throws SessionEnd {
        Lease lease = null;
        boolean clean = false;
        LastRoute before = new LastRoute();
        before.become(session.route);
        try {
            lease = leases.forRead(Reason.READ, Hint.NONE);
            if (!(lease instanceof Lease.Reading)) {
                return;
            }
            List<String> schemas = new ArrayList<>();
            for (@Nullable String[] row : lease.backend().query(QUERY)) {
                schemas.add(Objects.requireNonNull(row[0]));
            }
            session.searchPath = List.copyOf(schemas);
            clean = true;
        } catch (StatementFailure | ServerError | IOException e) {
            clean = false;
        } finally {
            session.route.become(before);
            switch (lease) {
                case null -> {}
                case Lease.Reading r -> leases.giveBack(r, clean);
                case Lease.Writing w -> {
                    node.transactions().abandon(w.transaction());
                    leases.giveBack(w.backend(), true);
                }
                case Lease.Relaying r -> {}
            }
        }
    }
}
