package io.understudy.node;

import io.understudy.admin.ClusterView;
import io.understudy.admin.Draining;
import io.understudy.admin.Members;
import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.StatusReport;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.event.EventLog;
import io.understudy.log.LoggedMember;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Adds nodes to the cluster and removes them, whichever of its nodes is asked. Consensus promises nothing of an order: it is given again until the log says that it is so, or the time is up. So every order may
 * be given again, after whatever went wrong in its middle.
 */
final class NodeMembers implements Members {
    private static final Duration CHANGE_MAX = Duration.ofSeconds(20);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(75);
    private static final long AGAIN_MILLIS = 100;

    private final NodeConfig config;
    private final ReplicatedLog log;
    private final ClusterView view;
    private final Draining draining;
    private final PeerApi peers;
    private final BooleanSupplier adopting;
    private final EventLog events;

    /** @param adopting whether others may still write into this node's database, past the log */
    NodeMembers(
            NodeConfig config,
            ReplicatedLog log,
            ClusterView view,
            Draining draining,
            PeerApi peers,
            BooleanSupplier adopting,
            EventLog events) {
        this.config = config;
        this.log = log;
        this.view = view;
        this.draining = draining;
        this.peers = peers;
        this.adopting = adopting;
        this.events = events;
    }

    @Override
    public Known look() {
        LoggedMember self = log.members().self();
        List<StatusReport.Node> nodes =
                StatusReport.of(view.snapshot(), Instant.now()).nodes();
        List<Row> rows = log.members().all().stream()
                .flatMap(m ->
                        nodes.stream().filter(n -> n.name().equals(m.name())).map(n -> row(m, n)))
                .toList();
        return new Known(
                new Newcomer(self.name(), self.life(), self.host(), self.clusterPort()),
                log.members().belongs(),
                rows,
                log.strangers().keySet().stream().sorted().toList());
    }

    private static Row row(LoggedMember m, StatusReport.Node n) {
        return new Row(
                m.name(),
                m.host(),
                m.clusterPort(),
                m.votes(),
                n.state(),
                n.appliedIndex(),
                n.lagEntries(),
                n.repair());
    }

    @Override
    public Done add(String waiting, boolean dryRun) throws OrderRefusedException {
        requireAdopted();
        NodeStatus node = log.strangers().get(waiting);
        if (node == null) {
            if (log.members().named(waiting).isPresent()) {
                return new Done(dryRun, List.of());
            }
            throw new OrderRefusedException("no node " + waiting + " is heard that could be added; heard are "
                    + log.strangers().keySet() + ". Start it with join: true and this cluster's nodes among its nodes");
        }
        return add(peers.look(node).self(), dryRun);
    }

    @Override
    public Done add(Newcomer node, boolean dryRun) throws OrderRefusedException {
        LoggedMember wanted = new LoggedMember(node.name(), node.life(), node.host(), node.clusterPort(), false);
        requireAdopted();
        requireAble();
        Optional<LoggedMember> there = log.members().named(node.name());
        boolean same = there.isPresent() && there.get().life().equals(node.life());
        if (same) {
            return new Done(dryRun, List.of());
        }
        requireRoom(wanted, there);
        List<String> steps = new ArrayList<>();
        there.ifPresent(t -> steps.add(t.name() + ", which was being added before with another log, is forgotten"));
        steps.add(node.name() + " is added, and gets the log from the leader");
        steps.add("if it needs entries that are gone, its database is copied from another node");
        steps.add("when it follows the log, it gets a vote: the cluster is "
                + String.join(", ", log.members().names()) + (there.isPresent() ? "" : ", " + node.name()));
        if (!dryRun) {
            events.add("members", node.name() + " is to be added");
            if (there.isPresent()) {
                until(
                        () -> log.members().named(node.name()).isEmpty(),
                        () -> log.members().remove(there.get()),
                        node.name() + " cannot be forgotten");
            }
            until(() -> isThere(wanted), () -> log.members().add(wanted), node.name() + " was not added");
        }
        return new Done(dryRun, steps);
    }

    private void requireAdopted() throws OrderRefusedException {
        if (adopting.getAsBoolean()) {
            throw new OrderRefusedException("the database of " + config.node()
                    + " is being adopted, and others may write into it directly: first understudy adopt --finish");
        }
    }

    private boolean isThere(LoggedMember wanted) {
        return log.members()
                .named(wanted.name())
                .filter(m -> m.life().equals(wanted.life()))
                .isPresent();
    }

    private void requireRoom(LoggedMember wanted, Optional<LoggedMember> there) throws OrderRefusedException {
        if (there.filter(LoggedMember::votes).isPresent()) {
            throw new OrderRefusedException("there is a node " + wanted.name()
                    + " already, with another log: if that is lost, remove it first");
        }
        for (LoggedMember m : log.members().all()) {
            boolean other = !m.name().equals(wanted.name());
            if (other && !m.votes()) {
                throw new OrderRefusedException(m.name() + " is being added: one at a time");
            }
            if (other && m.host().equals(wanted.host()) && m.clusterPort() == wanted.clusterPort()) {
                throw new OrderRefusedException(m.name() + " is at " + m.host() + ":" + m.clusterPort() + " already");
            }
        }
    }

    @Override
    public Done remove(String node, boolean dryRun, boolean mayForward) throws OrderRefusedException {
        if (node.equals(config.node())) {
            return elsewhere(node, dryRun, mayForward);
        }
        requireAble();
        Optional<LoggedMember> gone = log.members().named(node);
        if (gone.isEmpty()) {
            return new Done(dryRun, List.of());
        }
        requireMajorityWithout(gone.get());
        boolean reached = log.peer(node) != null;
        List<String> steps = new ArrayList<>();
        if (reached) {
            steps.add(node + " hands the mastership over if it has it, and takes no reads any more");
        }
        List<String> rest = new ArrayList<>(log.members().names());
        rest.remove(node);
        steps.add(node + " is removed: the cluster is " + String.join(", ", rest));
        steps.add(
                reached
                        ? "its clients are sent elsewhere, and its process ends; its database stays as it is"
                        : node + " does not answer; should its process come back, it ends by itself");
        if (!dryRun) {
            events.add("members", node + " is to be removed");
            carryOut(gone.get(), reached);
        }
        return new Done(dryRun, steps);
    }

    private void carryOut(LoggedMember gone, boolean reached) throws OrderRefusedException {
        if (reached) {
            draining.drain(gone.name(), true);
        }
        try {
            until(
                    () -> log.members().named(gone.name()).isEmpty(),
                    () -> log.members().remove(gone),
                    gone.name() + " was not removed");
        } catch (OrderRefusedException e) {
            if (reached) {
                draining.undrain(gone.name(), true);
            }
            throw e;
        }
    }

    /** Who is removed ends before it could answer. */
    private Done elsewhere(String node, boolean dryRun, boolean mayForward) throws OrderRefusedException {
        NodeStatus other = log.peers().values().stream()
                .filter(n -> mayForward && n.state() != NodeState.ISOLATED)
                .findFirst()
                .orElseThrow(() -> new OrderRefusedException("no other node can be reached that could remove " + node));
        return peers.as(
                peers.order(
                        other,
                        other.name(),
                        new PeerApi.Order(
                                "/api/v1/members/" + URLEncoder.encode(node, StandardCharsets.UTF_8) + "/remove?dryRun="
                                        + dryRun,
                                200,
                                ANSWER_MAX,
                                "; look at the members before you try again")),
                Done.class);
    }

    private void requireAble() throws OrderRefusedException {
        if (!log.members().belongs()) {
            throw new OrderRefusedException(config.node() + " does not belong to a cluster yet; ask a node that does");
        }
        if (!log.leadership().majority()) {
            throw new OrderRefusedException(
                    config.node() + " sees no majority of the nodes: nothing can be changed now");
        }
    }

    private void requireMajorityWithout(LoggedMember gone) throws OrderRefusedException {
        List<String> rest = log.members().all().stream()
                .filter(m -> m.votes() && !m.name().equals(gone.name()))
                .map(LoggedMember::name)
                .toList();
        if (rest.stream().noneMatch(this::hasDatabase)) {
            throw new OrderRefusedException("without " + gone.name() + " no node with a database would be left");
        }
        List<String> well = rest.stream().filter(this::isWell).toList();
        if (well.size() <= rest.size() / 2) {
            throw new OrderRefusedException("without " + gone.name() + " the cluster would be "
                    + (rest.isEmpty() ? "nobody" : String.join(", ", rest)) + ", of which only " + well
                    + " can be reached: no majority");
        }
    }

    /** Who does not answer is not counted on. */
    private boolean hasDatabase(String node) {
        if (node.equals(config.node())) {
            return !config.duties().witness();
        }
        NodeStatus status = log.peer(node);
        return status != null && status.state() != NodeState.WITNESS;
    }

    private boolean isWell(String node) {
        NodeStatus status = log.peer(node);
        return node.equals(config.node()) || status != null && status.state() != NodeState.ISOLATED;
    }

    private static void until(BooleanSupplier isSo, Runnable order, String otherwise) throws OrderRefusedException {
        long deadline = System.nanoTime() + CHANGE_MAX.toNanos();
        try {
            while (!isSo.getAsBoolean()) {
                if (System.nanoTime() > deadline) {
                    throw new OrderRefusedException(
                            otherwise + " within " + CHANGE_MAX.toSeconds() + " s; look at the members, and try again");
                }
                order.run();
                Thread.sleep(AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OrderRefusedException("interrupted: " + otherwise + " as far as is known");
        }
    }
}
