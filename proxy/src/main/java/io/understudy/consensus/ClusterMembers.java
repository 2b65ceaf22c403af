package io.understudy.consensus;

import io.understudy.config.NodeConfig.Peer;
import io.understudy.log.LoggedMember;
import io.understudy.tls.NodeTls;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Who belongs to the cluster, by the log, and orders to change that. What is ordered is promised by nobody: look at what is so afterwards, and order it again.
 *
 * <h2>Threads</h2>
 * For any thread.
 */
public final class ClusterMembers {
    private static final Membership NOT_KNOWN = new Membership(-1, List.of());

    private final ReplicatedLog.Settings settings;
    private final DurableState state;
    private final RaftEngine engine;
    private final ClusterChannel channel;
    private final Optional<NodeTls> tls;
    private final Consumer<ConsensusEvent> events;
    private volatile Membership latest = NOT_KNOWN;
    private volatile Set<String> names = Set.of();
    private volatile Standing standing = new Standing(NOT_KNOWN, false, false);

    /** What this node is in a cluster of these. */
    private record Standing(Membership of, boolean belongs, boolean votes) {}

    ClusterMembers(
            ReplicatedLog.Settings settings,
            DurableState state,
            RaftEngine engine,
            ClusterChannel channel,
            Optional<NodeTls> tls,
            Consumer<ConsensusEvent> events) {
        this.settings = settings;
        this.state = state;
        this.engine = engine;
        this.channel = channel;
        this.tls = tls;
        this.events = events;
    }

    /** As far as it is known here to be committed. */
    public List<LoggedMember> all() {
        return state.membership(engine.committed()).members();
    }

    /** Their names. */
    public List<String> names() {
        return all().stream().map(LoggedMember::name).toList();
    }

    public Optional<LoggedMember> named(String node) {
        return all().stream().filter(m -> m.name().equals(node)).findFirst();
    }

    /** This node, as it is or would be among them. */
    public LoggedMember self() {
        Member me = state.self();
        return settings.peers().stream()
                .filter(p -> p.name().equals(me.name()))
                .map(p -> new LoggedMember(me.name(), me.life(), p.host(), p.clusterPort(), votes()))
                .findFirst()
                .orElseThrow();
    }

    /** Whether this node is one of them, with or without a vote. */
    public boolean belongs() {
        return standing().belongs;
    }

    /** Whether this node is one of them and counts in majorities. */
    public boolean votes() {
        return standing().votes;
    }

    /** Asked with every statement, and changes once in a while. */
    private Standing standing() {
        Membership now = state.membership(engine.committed());
        Standing known = standing;
        if (!known.of.equals(now)) {
            known = new Standing(now, now.contains(state.self()), now.votes(state.self()));
            standing = known;
        }
        return known;
    }

    /** Has a node added, which gets the log from then on; by {@link #promote} it gets a vote. */
    public void add(LoggedMember node) {
        engine.change(new MembershipChange.Add(node));
    }

    /** Has this node be given a vote, if it has the log by now. */
    public void promote() {
        engine.change(new MembershipChange.Promote(state.self()));
    }

    /** Has a node removed, unless it leads, or those that are heard would be no majority of the rest. */
    public void remove(LoggedMember node) {
        engine.change(new MembershipChange.Remove(new Member(node.name(), node.life())));
    }

    /** By all that is in the log, committed or not. */
    boolean has(String node) {
        return names.contains(node);
    }

    /** Names of those that count in majorities, by all that is in the log. */
    List<String> voters() {
        return latest.voters();
    }

    /** Has nodes found where they are now, and no others believed. */
    void refresh() {
        Membership now = state.membership();
        if (now.equals(latest)) {
            return;
        }
        latest = now;
        names = Set.copyOf(now.names());
        Map<String, Peer> peers = new HashMap<>();
        settings.peers().stream()
                .filter(p -> now.index() == 0 || now.named(p.name()).isPresent())
                .forEach(p -> peers.put(p.name(), p));
        now.members().stream()
                .filter(m -> !m.host().isEmpty())
                .forEach(m -> peers.put(m.name(), new Peer(m.name(), m.host(), m.clusterPort())));
        channel.look(peers.values());
        tls.ifPresent(t -> t.hosts(Stream.concat(settings.peers().stream(), peers.values().stream())
                .map(Peer::host)
                .distinct()
                .toList()));
        if (now.index() > 0) {
            events.accept(new ConsensusEvent.MembersChanged(now.members()));
        }
    }
}
