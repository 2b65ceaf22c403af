package io.understudy.execution;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.capture.LargeCapture;
import io.understudy.capture.NetChanges;
import io.understudy.capture.Seal;
import io.understudy.capture.Sealed;
import io.understudy.capture.SeenDdl;
import io.understudy.capture.ShapesAtCut;
import io.understudy.capture.StaleShapeException;
import io.understudy.capture.TableShapes;
import io.understudy.catalog.CatalogCache;
import io.understudy.catalog.DatabaseCatalog;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SessionContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses the form of an entry and makes it: statements where the whitelist and the captured rows agree, rows everywhere else. */
final class EntryForm {
    private final CatalogCache catalog;
    private final ShadowChecks checks;
    private volatile @Nullable Snapshot shapes;

    private record Snapshot(DatabaseCatalog of, TableShapes shapes) {}

    EntryForm(CatalogCache catalog, ShadowChecks checks) {
        this.catalog = catalog;
        this.checks = checks;
    }

    /** @throws StaleShapeException the shapes of the moment cannot be found out */
    Form of(WriteTransaction t, Sealed sealed, Queries connection)
            throws IOException, ServerError, StaleShapeException {
        if (!t.outside().isEmpty()) {
            return new Form.Rows(List.copyOf(t.outside()));
        }
        if (statementsSuffice(t, sealed)) {
            return checks.due(t.repeatables())
                    ? Reruns.form(t.repeatables(), sealed, shapes())
                    : Reruns.form(t.repeatables(), sealed);
        }
        if (t.nestedRoles().isEmpty()
                && t.shapesAtCut() == null
                && sealed.loggedDdl().isEmpty()
                && catalog.isFresh()) {
            try {
                return new Form.Rows(List.copyOf(new NetChanges(shapes()).of(sealed.rows())));
            } catch (StaleShapeException e) {
                // A table of a transaction that committed a moment ago: asked from the server below.
            }
        }
        return new NetChanges(shapesAtCut(t, sealed, connection)).of(sealed.rows(), cuts(t, sealed));
    }

    /** What a transaction changed that was too much for its seal's answer, to be read. */
    static LargeCapture large(WriteTransaction t, Sealed sealed, Queries connection, Seal seal)
            throws IOException, ServerError, StaleShapeException {
        return seal.large(connection, shapesAtCut(t, sealed, connection), cuts(t, sealed));
    }

    private static ShapesAtCut shapesAtCut(WriteTransaction t, Sealed sealed, Queries connection)
            throws IOException, ServerError {
        ShapesAtCut cut = t.shapesAtCut() == null ? new ShapesAtCut() : t.shapesAtCut();
        cut.afterSeal(connection, sealed);
        return cut;
    }

    private boolean statementsSuffice(WriteTransaction t, Sealed sealed) {
        if (!t.everyStatementEligible() || !catalog.isFresh() || catalog.get().version() != t.catalogVersion()) {
            return false;
        }
        return Reruns.agree(t.repeatables(), sealed)
                && t.repeatables().stream().noneMatch(r -> checks.isDistrusted(r.shape()));
    }

    private TableShapes shapes() {
        DatabaseCatalog now = catalog.get();
        Snapshot s = shapes;
        if (s == null || s.of != now) {
            s = new Snapshot(now, new TableShapes(now));
            shapes = s;
        }
        return s.shapes;
    }

    private static List<NetChanges.Cut> cuts(WriteTransaction t, Sealed sealed) throws StaleShapeException {
        List<NetChanges.Cut> cuts = new ArrayList<>();
        t.nestedRoles().before().forEach(d -> cuts.add(new NetChanges.Cut(Long.MIN_VALUE, d)));
        Iterator<List<Form.Ddl>> nested = t.nestedDdl().iterator();
        int from = 0;
        for (int k = 0; k < sealed.ddl().size(); k++) {
            SeenDdl seen = sealed.ddl().get(k);
            if (seen.nested()) {
                if (seen.logged()) {
                    nested.next().forEach(d -> cuts.add(new NetChanges.Cut(seen.at(), d)));
                }
                continue;
            }
            int statement = find(t.ddl(), from, seen);
            if (!seen.logged()) {
                if (statement >= 0 && isOneMore(t.ddl(), statement, sealed.ddl(), k)) {
                    from = statement + 1;
                }
                continue;
            }
            if (statement < 0) {
                throw new StaleShapeException("DDL without its statement: " + seen.tag());
            }
            RanDdl ran = t.ddl().get(statement);
            from = statement + 1;
            if (ran.changesSharedObjects() && !t.nestedRoles().isEmpty()) {
                continue;
            }
            SessionContext context = ran.context();
            ran.logged().ifPresent(s -> cuts.add(new NetChanges.Cut(seen.at(), new Form.Ddl(s, context))));
            for (String sql : ran.sequel()) {
                LoggedStatement next = new LoggedStatement(sql, List.of(), -1);
                cuts.add(new NetChanges.Cut(seen.at(), new Form.Ddl(next, context)));
            }
        }
        t.nestedRoles().after().forEach(d -> cuts.add(new NetChanges.Cut(Long.MAX_VALUE, d)));
        return cuts;
    }

    /** @return -1 if there is none from that place on */
    private static int find(List<RanDdl> ran, int from, SeenDdl seen) {
        for (int i = from; i < ran.size(); i++) {
            if (ran.get(i).isThat(seen)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether what is not logged was a statement by itself, and no part of one that is: there are more statements of that text than logged ones to come. */
    private static boolean isOneMore(List<RanDdl> ran, int statement, List<SeenDdl> seen, int place) {
        RanDdl it = ran.get(statement);
        long statements = ran.stream()
                .skip(statement)
                .filter(r -> r.isThat(seen.get(place)))
                .count();
        long logged = seen.stream()
                .skip(place + 1L)
                .filter(s -> s.logged() && !s.nested() && it.isThat(s))
                .count();
        return statements > logged;
    }
}
