package io.understudy.admin;

import io.understudy.admin.EventFeed.Event;
import io.understudy.admin.VerificationRunner.State;
import io.understudy.admin.VerificationRunner.Verification;
import io.understudy.config.AdminAccess;
import io.understudy.config.AdminAccess.Role;
import io.understudy.config.AdminAccess.User;
import io.understudy.election.Election;
import io.understudy.election.Election.Kind;
import io.understudy.election.Election.Moment;
import io.understudy.election.Election.Step;
import io.understudy.log.Entry;
import io.understudy.signin.ClusterKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A small cluster that was made up. */
final class TestParts {
    static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    static final UUID PROCESS = new UUID(1, 2);
    /** What the audit was told, of all servers. */
    static final Queue<String> AUDITED = new ConcurrentLinkedQueue<>();

    private TestParts() {}

    static AdminParts with(NodeMetrics metrics, ClusterView cluster) {
        return with(metrics, cluster, new TwoPeers());
    }

    static AdminParts with(NodeMetrics metrics, ClusterView cluster, ChangeLog changes) {
        return with(metrics, cluster, new TwoPeers(), changes);
    }

    static AdminParts with(NodeMetrics metrics, ClusterView cluster, Peers peers) {
        return with(metrics, cluster, peers, new NoChanges());
    }

    private static AdminParts with(NodeMetrics metrics, ClusterView cluster, Peers peers, ChangeLog changes) {
        return new AdminParts(
                cluster,
                (after, limit) -> List.of(new Event(after + 1, NOW, "n1", "view", "limit " + limit)),
                new FiveEntries(),
                changes,
                new OneVerification(),
                TestParts::sums,
                (target, mayForward) -> {
                    if (target.equals("n9") || !mayForward) {
                        throw new OrderRefusedException(target + " is no node");
                    }
                    return target.isEmpty() ? "n2" : target;
                },
                token -> token.epoch() == 3 ? OptionalLong.of(12) : OptionalLong.empty(),
                new OneResync(),
                new OneDrained(),
                new ThreeMembers(),
                sql -> sql.isBlank() ? List.of() : List.of(Map.of("sql", sql, "kind", "read")),
                new LiveNotReady(),
                metrics,
                new OneElection(),
                peers,
                new ClusterKey("pass word"),
                new AdminAccess(
                        List.of(
                                new User("wall", Role.VIEWER, "viewer's word"),
                                new User("ada", Role.OPERATOR, "ada's word")),
                        Optional.empty()),
                AUDITED::add,
                own -> new ClientFeed.Clients(List.of(), own ? List.of() : List.of("n3")),
                own -> new StatementFeed.Statements(List.of(), own ? List.of() : List.of("n3")),
                Optional.empty());
    }

    private static final class NoChanges implements ChangeLog {
        @Override
        public long lastIndex() {
            return 0;
        }

        @Override
        public Cursor after(long index) throws IOException {
            throw new IOException("no log here");
        }
    }

    private static final class ThreeMembers implements Members {
        @Override
        public Known look() {
            return new Known(
                    new Newcomer("n1", "", "h1", 7800),
                    true,
                    List.of(new Row("n1", "h1", 7800, true, "master", 5, 0, "")),
                    List.of("n4"));
        }

        @Override
        public Done add(String waiting, boolean dryRun) throws OrderRefusedException {
            if (!waiting.equals("n4")) {
                throw new OrderRefusedException("no node " + waiting + " is heard");
            }
            return new Done(dryRun, List.of(waiting + " waited, and gets the log"));
        }

        @Override
        public Done add(Newcomer node, boolean dryRun) throws OrderRefusedException {
            if (node.name().equals("n1")) {
                throw new OrderRefusedException("there is a node n1 already");
            }
            return new Done(dryRun, List.of(node.name() + " gets the log"));
        }

        @Override
        public Done remove(String node, boolean dryRun, boolean mayForward) throws OrderRefusedException {
            if (node.equals("n1")) {
                throw new OrderRefusedException("n1 is the last one");
            }
            return new Done(dryRun, List.of(node + " is removed"));
        }
    }

    private static final class OneDrained implements Draining {
        @Override
        public Drained drain(String node, boolean mayForward) throws OrderRefusedException {
            if (node.equals("n1")) {
                throw new OrderRefusedException("nobody could become master instead of n1");
            }
            return new Drained(node, true, "n1", 2);
        }

        @Override
        public Drained undrain(String node, boolean mayForward) {
            return new Drained(node, false, "n1", 0);
        }
    }

    private static final class OneResync implements Resyncs {
        @Override
        public void order(String node, boolean mayForward) throws OrderRefusedException {
            if (node.equals("n1")) {
                throw new OrderRefusedException("n1 is the master");
            }
        }

        @Override
        public void quarantine(String reason) {}
    }

    /** Remembers what they were told. */
    static final class TwoPeers implements Peers {
        final Queue<String> signedOut = new ConcurrentLinkedQueue<>();

        @Override
        public List<String> origins() {
            return List.of("http://h2:2", "http://h3:3");
        }

        @Override
        public void signedOut(String session) {
            signedOut.add(session);
        }
    }

    private static final class OneElection implements ElectionFeed {
        @Override
        public List<Election> all() {
            return List.of(new Election(
                    7,
                    55,
                    "n1",
                    "n2",
                    Kind.FAILOVER,
                    "n2 left the membership view",
                    Optional.of(NOW),
                    Optional.of(new Moment(NOW.minusMillis(400), true)),
                    Optional.of(new Moment(NOW.plusMillis(100), true)),
                    List.of(new Step(NOW, "n1", "vote", "n1 votes for n1 in term 3"))));
        }

        @Override
        public List<Election> own() {
            return List.of();
        }

        @Override
        public long version() {
            return 1;
        }
    }

    private static Optional<NodeSums.Sums> sums(UUID point) {
        return Optional.of(new NodeSums.Sums(
                        true,
                        "",
                        99,
                        Map.of("public.t", new NodeSums.Table(3, "abc")),
                        Map.of("public.s", new NodeSums.Sequence(7, true)),
                        Map.of(),
                        Map.of()))
                .filter(s -> point.equals(PROCESS));
    }

    private static final class FiveEntries implements LogReader {
        @Override
        public long firstIndex() {
            return 2;
        }

        @Override
        public long lastIndex() {
            return 5;
        }

        @Override
        public Entry read(long index) {
            return new Entry.MasterAssigned("n" + index, PROCESS, index, "test");
        }
    }

    private static final class OneVerification implements VerificationRunner {
        @Override
        public String start(Request request, boolean mayForward) throws OrderRefusedException {
            if (request.tables().contains("gone")) {
                throw new OrderRefusedException("there is no table gone");
            }
            return "v1";
        }

        @Override
        public Optional<Verification> result(String id) {
            return Optional.of(new Verification(
                            "v1",
                            State.DIFFERENT,
                            99,
                            2,
                            1,
                            List.of("n1", "n2"),
                            List.of("table t"),
                            List.of("n2"),
                            100,
                            ""))
                    .filter(v -> v.id().equals(id));
        }
    }

    private static final class LiveNotReady implements Health {
        @Override
        public boolean live() {
            return true;
        }

        @Override
        public boolean ready() {
            return false;
        }
    }
}
