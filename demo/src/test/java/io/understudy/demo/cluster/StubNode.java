package io.understudy.demo.cluster;

import io.understudy.admin.AdminParts;
import io.understudy.admin.AdminServer;
import io.understudy.admin.ChangeLog;
import io.understudy.admin.ClientFeed;
import io.understudy.admin.ClusterSnapshot;
import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.admin.ClusterSnapshot.Known;
import io.understudy.admin.ClusterSnapshot.Member;
import io.understudy.admin.ClusterSnapshot.Traffic;
import io.understudy.admin.Draining;
import io.understudy.admin.ElectionFeed;
import io.understudy.admin.Health;
import io.understudy.admin.LogReader;
import io.understudy.admin.Members;
import io.understudy.admin.NodeMetrics;
import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.Peers;
import io.understudy.admin.Resyncs;
import io.understudy.admin.StatementFeed;
import io.understudy.admin.VerificationRunner;
import io.understudy.adoption.Adoption;
import io.understudy.adoption.Programs;
import io.understudy.command.StoppedNode;
import io.understudy.command.Understudy;
import io.understudy.config.NodeConfig;
import io.understudy.election.Election;
import io.understudy.log.Entry;
import io.understudy.signin.ClusterKey;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Stands in for a proxy where only the launcher is tested: passes clients through to its PostgreSQL, and says that the first node is master and all is well.
 * A node whose name is in the variable STUB_BROKEN ends at once.
 */
public final class StubNode {
    private StubNode() {}

    /** Takes the same arguments as the node. */
    public static void main(String... arguments) {
        System.exit(Understudy.run(StubNode::serve, new NothingLeft(), arguments));
    }

    private static final class NoChanges implements ChangeLog {
        @Override
        public long lastIndex() {
            return 0;
        }

        @Override
        public Cursor after(long index) throws IOException {
            throw new IOException("a stub has no log");
        }
    }

    private static final class NoMembers implements Members {
        @Override
        public Known look() {
            return new Known(new Newcomer("node1", "", "127.0.0.1", 1), true, List.of(), List.of());
        }

        @Override
        public Done add(String waiting, boolean dryRun) throws OrderRefusedException {
            throw new OrderRefusedException("not here");
        }

        @Override
        public Done add(Newcomer node, boolean dryRun) throws OrderRefusedException {
            throw new OrderRefusedException("not here");
        }

        @Override
        public Done remove(String node, boolean dryRun, boolean mayForward) throws OrderRefusedException {
            throw new OrderRefusedException("not here");
        }
    }

    private static final class NoDraining implements Draining {
        @Override
        public Drained drain(String node, boolean mayForward) throws OrderRefusedException {
            throw new OrderRefusedException("a stub is never drained");
        }

        @Override
        public Drained undrain(String node, boolean mayForward) {
            return new Drained(node, false, "", 0);
        }
    }

    private static final class NothingLeft implements StoppedNode {
        @Override
        public Left look(NodeConfig config) throws IOException {
            throw new IOException("a stub has no log");
        }

        @Override
        public void goOn(NodeConfig config) throws IOException {
            throw new IOException("a stub has no log");
        }

        @Override
        public long finish(NodeConfig config, Adoption adoption, Programs programs, Consumer<String> told)
                throws IOException {
            throw new IOException("a stub has no log");
        }
    }

    private static void serve(NodeConfig config) throws Exception {
        if (config.node().equals(System.getProperty("stub.broken"))) {
            throw new IOException("this stub is broken on purpose");
        }
        AdminParts parts = new AdminParts(
                () -> cluster(config),
                (after, limit) -> List.of(),
                new NoLog(),
                new NoChanges(),
                new NoVerification(),
                point -> Optional.empty(),
                (target, mayForward) -> target,
                token -> OptionalLong.empty(),
                new NoResyncs(),
                new NoDraining(),
                new NoMembers(),
                sql -> List.of(),
                new Well(),
                new NodeMetrics(),
                new NoElections(),
                new NoPeers(),
                new ClusterKey(config.postgres().password()),
                config.adminAccess(),
                text -> {},
                own -> new ClientFeed.Clients(List.of(), List.of()),
                own -> new StatementFeed.Statements(List.of(), List.of()),
                Optional.empty());
        AdminServer.start(
                config.adminHost(), config.adminPort(), config.postgres().password(), parts);
        try (ServerSocket server =
                new ServerSocket(config.clientPort(), 50, InetAddress.getByName(config.clientHost()))) {
            while (true) {
                Socket client = server.accept();
                Socket postgres =
                        new Socket(config.postgres().host(), config.postgres().port());
                pump(client, postgres);
                pump(postgres, client);
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        Thread.startVirtualThread(() -> {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // One side closed: so is the other now.
            }
        });
    }

    private static ClusterSnapshot cluster(NodeConfig config) {
        String master = config.nodes().getFirst().name();
        List<Member> members = config.nodes().stream()
                .map(peer -> new NodeStatus(
                        peer.name(),
                        new UUID(0, 0),
                        peer.name().equals(master) ? NodeState.MASTER : NodeState.REPLICA,
                        1,
                        5,
                        5,
                        0,
                        "127.0.0.1",
                        1,
                        1,
                        "127.0.0.1",
                        1))
                .<Member>map(status -> new Known(status, Traffic.NONE, Duration.ZERO))
                .toList();
        return new ClusterSnapshot(config.node(), 1, 5, master, members, Counters.NONE);
    }

    private static final class NoLog implements LogReader {
        @Override
        public long firstIndex() {
            return 1;
        }

        @Override
        public long lastIndex() {
            return 0;
        }

        @Override
        public Entry read(long index) throws IOException {
            throw new IOException("empty");
        }
    }

    private static final class NoElections implements ElectionFeed {
        @Override
        public List<Election> all() {
            return List.of();
        }

        @Override
        public List<Election> own() {
            return List.of();
        }

        @Override
        public long version() {
            return 0;
        }
    }

    private static final class NoResyncs implements Resyncs {
        @Override
        public void order(String node, boolean mayForward) {}

        @Override
        public void quarantine(String reason) {}
    }

    private static final class NoPeers implements Peers {
        @Override
        public List<String> origins() {
            return List.of();
        }

        @Override
        public void signedOut(String session) {}
    }

    private static final class NoVerification implements VerificationRunner {
        @Override
        public String start(Request request, boolean mayForward) {
            return "1";
        }

        @Override
        public Optional<Verification> result(String id) {
            return Optional.empty();
        }
    }

    private static final class Well implements Health {
        @Override
        public boolean live() {
            return true;
        }

        @Override
        public boolean ready() {
            return true;
        }
    }
}
