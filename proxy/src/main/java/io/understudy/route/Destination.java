package io.understudy.route;

import io.understudy.classification.Classification;
import io.understudy.classification.SessionStatement;
import io.understudy.classification.TransactionControl;
import io.understudy.route.Asker.Transaction;
import io.understudy.route.Route.Reason;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a statement would go, in words. By the rules that really route it ({@link Router}, {@link Readability}), without going there.
 *
 * @param node name of the node, empty if there is none now
 * @param role master, replica, every, this or refused; empty if there is no node
 * @param why why there
 * @param hint what the user could do to have it elsewhere; may be empty
 */
public record Destination(String node, String role, String why, String hint) {
    private static final String REFUSED = "refused";
    private static final String READ_ONLY_HINT =
            "A transaction that is READ ONLY reads on replicas (Spring: @Transactional(readOnly = true)); so does a SELECT outside of a transaction.";

    static Destination of(Classification c, Asker asker, ClusterPicture picture) {
        if (c instanceof Classification.Refused r) {
            return refused(r.message(), r.hint());
        }
        if (asker.hint() instanceof Hint.Bad bad) {
            return refused(bad.why(), "");
        }
        if (answeredHere(c)) {
            return new Destination(picture.self().name(), "this", "the node answers it itself", "");
        }
        return asker.transaction()
                .map(t -> inTransaction(c, t, asker, picture))
                .orElseGet(() -> alone(c, asker, picture));
    }

    private static Destination refused(String why, String hint) {
        return new Destination("", REFUSED, "it is refused: " + why, hint);
    }

    boolean isRefused() {
        return role.equals(REFUSED);
    }

    private static boolean answeredHere(Classification c) {
        return switch (c) {
            case TransactionControl.Begin b -> true;
            case TransactionControl.Commit commit -> true;
            case TransactionControl.Rollback r -> true;
            case Classification.Understudy u -> true;
            case Classification.AskOutcome o -> true;
            case Classification.ExplainRoute e -> true;
            case Classification.Empty e -> true;
            default -> false;
        };
    }

    private static Destination inTransaction(Classification c, Transaction t, Asker asker, ClusterPicture picture) {
        if (c instanceof Classification.Ddl d && !d.transactional()) {
            return refused(d.tag() + " of this kind cannot run inside a transaction", "");
        }
        if (t.readOnly() && certainlyWrites(c)) {
            return refused("the transaction is READ ONLY", "");
        }
        boolean server = c instanceof Classification.Read r && r.scope() == Classification.Scope.SERVER;
        if (t.node().isPresent()) {
            boolean master = t.node().get().equals(picture.master());
            String why = t.readOnly()
                    ? "the transaction is READ ONLY and runs there"
                    : "the transaction runs there, all of it: it is not READ ONLY, and must see what it writes";
            return new Destination(
                    t.node().get(),
                    master ? "master" : "replica",
                    why,
                    !t.readOnly() && reads(c) ? READ_ONLY_HINT : "");
        }
        if (!t.readOnly()) {
            return onMaster(
                    picture,
                    "the transaction is not READ ONLY: it may write later and must see what it wrote, so all of it runs on the master",
                    reads(c) ? READ_ONLY_HINT : "");
        }
        if (asker.onMaster() || server) {
            return onMaster(picture, server ? aboutServer() : ownState(asker), "");
        }
        return reading(asker, picture, "the transaction is READ ONLY");
    }

    private static boolean certainlyWrites(Classification c) {
        return switch (c) {
            case Classification.Write w -> w.certain();
            case Classification.Ddl d -> !d.temporary();
            case Classification.Copy copy -> copy.from();
            default -> false;
        };
    }

    private static Destination alone(Classification c, Asker asker, ClusterPicture picture) {
        if (c instanceof Classification.Ddl d && d.tag().endsWith(" SUBSCRIPTION") && !d.transactional()) {
            return refused(d.tag() + " cannot be replicated", "");
        }
        if (Readability.readable(c, asker.onMaster(), !asker.pins().isEmpty())) {
            return reading(asker, picture, "it only reads");
        }
        return switch (c) {
            case Classification.Read r ->
                onMaster(picture, r.scope() == Classification.Scope.SERVER ? aboutServer() : ownState(asker), "");
            case Classification.Maintenance m ->
                new Destination(
                        picture.master(),
                        "every",
                        "the master runs it and logs it; then every node runs it by itself",
                        "");
            case SessionStatement s -> onMaster(picture, "it is about the session, whose state is there", "");
            default -> onMaster(picture, "the master executes everything that may write", "");
        };
    }

    private static String aboutServer() {
        return "it asks about the server or the connection itself, and the master is where the session's writes are";
    }

    private static String ownState(Asker asker) {
        return "the session has state on its own connection to the master ("
                + asker.pins().stream()
                        .map(p -> p.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                        .sorted()
                        .collect(Collectors.joining(", "))
                + ")";
    }

    private static boolean reads(Classification c) {
        return c instanceof Classification.Read r && r.scope() == Classification.Scope.DATA;
    }

    private static Destination reading(Asker asker, ClusterPicture picture, String why) {
        if (asker.hint() instanceof Hint.Master) {
            return onMaster(picture, why + ", and a hint asks for the master", "");
        }
        if (asker.hint() instanceof Hint.OnNode on) {
            return new Destination(
                    on.node(),
                    on.node().equals(picture.master()) ? "master" : "replica",
                    why + ", and a hint asks for this node: it waits a moment for it, then fails",
                    "");
        }
        Route route = Router.read(picture, asker.need(), false, Reason.READ);
        return switch (route) {
            case Route.Replica r ->
                new Destination(
                        r.node().name(),
                        "replica",
                        why + ", and this replica has applied entry "
                                + r.node().appliedIndex() + " (needed: "
                                + asker.need().on(r.node().name()) + ")",
                        "");
            case Route.WaitForReplica w ->
                new Destination(
                        picture.master(),
                        "master",
                        why + ", but no replica has applied entry "
                                + asker.need().on("") + " yet: it waits a moment for one, then goes to the master",
                        "");
            case Route.MasterReadOnly m -> onMaster(picture, why + ", but there is no replica that could serve it", "");
            default -> onMaster(picture, why + ", but there is no replica that could serve it", "");
        };
    }

    private static Destination onMaster(ClusterPicture picture, String why, String hint) {
        Optional<String> none = switch (Router.write(picture, Reason.WRITE)) {
            case Route.NoMaster n -> Optional.of(n.why());
            default -> Optional.empty();
        };
        return none.map(n -> new Destination("", "", "no master now (" + n + "); it waits for one: " + why, hint))
                .orElseGet(() -> new Destination(picture.master(), "master", why, hint));
    }
}
