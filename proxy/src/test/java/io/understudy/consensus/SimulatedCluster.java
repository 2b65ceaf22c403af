package io.understudy.consensus;

import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteResponse;
import io.understudy.log.BinaryReader;
import io.understudy.log.EntryCodec;
import io.understudy.log.LogBase;
import io.understudy.log.LoggedMember;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A cluster whose every step comes from a seed, some seconds of trouble, some of peace, and what must hold all the time. */
final class SimulatedCluster {
    static final long MILLI = 1_000_000;

    final World world;
    final SimulatedNetwork network;
    final List<String> names;
    private final List<String> founders;
    private final boolean changing;
    private Membership membership;
    private int lives;
    private int changes;
    private int removals;
    private final long seed;
    private final Map<String, SimulatedNode> nodes = new HashMap<>();
    private final Map<Long, byte[]> log = new HashMap<>();
    private final Map<Integer, String> leaders = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    private int proposals;
    private int restarts;
    private int readIndexes;
    private long highest;
    private @Nullable Violation violation;
    /** Off to show that what follows from a lost write is noticed too, not only the unforced write itself. */
    boolean checkForces = true;

    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    SimulatedCluster(long seed, int size) {
        this(seed, size, 0);
    }

    /**
     * @param size of how many nodes it is formed
     * @param spares how many more there are, which may be added
     */
    SimulatedCluster(long seed, int size, int spares) {
        this.changing = spares > 0;
        this.seed = seed;
        this.world = new World(seed);
        this.network = new SimulatedNetwork(world);
        this.names =
                IntStream.rangeClosed(1, size + spares).mapToObj(i -> "n" + i).toList();
        this.founders = names.subList(0, size);
        this.membership = Founders.of("n1", founders).membership(new VoteFile.Vote("n1", "", founders, 0, 0, ""));
        names.forEach(name ->
                nodes.put(name, new SimulatedNode(name, founders.contains(name) ? "" : "life" + ++lives, this)));
    }

    /** The settings of a node; of one that is added later they name more nodes than there may ever have been. */
    Founding settings(String node, String life) {
        return Founders.of(node, life.isEmpty() ? founders : names, life);
    }

    int changes() {
        return changes;
    }

    int removals() {
        return removals;
    }

    void toldRemoved(SimulatedNode node) {
        removals++;
        tell(node.name + " is told that it was removed");
    }

    SimulatedNode node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    /** Remembered as well as thrown: MicroRaft swallows what is thrown in its tasks. */
    Violation violation(String what, @Nullable Throwable cause) {
        List<String> last = story.subList(Math.max(0, story.size() - 40), story.size());
        Violation found = new Violation(
                "seed " + seed + " at " + world.nanos() / MILLI + " ms: " + what + "\n  " + String.join("\n  ", last),
                cause);
        if (violation == null) {
            violation = found;
        }
        return found;
    }

    private void tell(String what) {
        story.add(world.nanos() / MILLI + " ms: " + what);
    }

    /** Trouble, then peace; returns how many entries were committed. */
    long run(long troubleMillis) {
        names.forEach(name -> node(name).start());
        long end = troubleMillis * MILLI;
        scheduleTrouble(end);
        scheduleCuts(end);
        scheduleProposals(end);
        if (changing) {
            scheduleChanges(end);
        }
        runUntil(end);
        network.faulty = false;
        network.heal();
        for (String name : names) {
            if (!node(name).alive()) {
                node(name).start();
            }
        }
        tell("peace");
        long deadline = end + 60_000 * MILLI;
        long target = -1;
        while (world.nanos() < deadline) {
            propose();
            settle();
            runUntil(world.nanos() + 200 * MILLI);
            if (target < 0 && world.nanos() > end + 10_000 * MILLI) {
                target = log.size() + 1L;
            }
            long reached = membership.names().stream()
                    .mapToLong(name -> node(name).delivered())
                    .min()
                    .orElseThrow();
            if (target > 0 && reached >= target) {
                return reached;
            }
        }
        throw violation(
                "no progress in peace: delivered "
                        + names.stream()
                                .filter(name -> node(name).alive())
                                .map(name -> "\n  delivered " + node(name).delivered() + ": "
                                        + node(name).engine())
                                .toList()
                        + " of " + log.size() + ", members " + membership,
                null);
    }

    private void runUntil(long nanos) {
        while (world.nanos() < nanos) {
            world.runUntil(Math.min(nanos, world.nanos() + 10 * MILLI));
            if (violation != null) {
                throw violation;
            }
        }
    }

    private void scheduleProposals(long end) {
        world.after(world.between(MILLI, 30 * MILLI), () -> {
            propose();
            askReadIndex();
            if (world.nanos() < end) {
                scheduleProposals(end);
            }
        });
    }

    /** In peace all that belong to the cluster are there, and get their votes. */
    private void settle() {
        for (LoggedMember m : changing ? membership.members() : List.<LoggedMember>of()) {
            SimulatedNode node = node(m.name());
            if (!m.life().equals(node.life())) {
                // It was lost after it was added.
                any().change(new MembershipChange.Remove(new Member(m.name(), m.life())));
            } else if (!node.alive()) {
                node.start();
            } else if (!m.votes()) {
                node.engine().change(new MembershipChange.Promote(new Member(m.name(), m.life())));
            }
        }
    }

    private void scheduleChanges(long end) {
        world.after(world.between(20 * MILLI, 400 * MILLI), () -> {
            change(any(), any());
            if (world.nanos() < end) {
                scheduleChanges(end);
            }
        });
    }

    /** Somebody orders something about a node, as it is known to be or otherwise. */
    private void change(SimulatedNode asked, SimulatedNode node) {
        boolean gone = membership.members().stream()
                .noneMatch(m -> m.name().equals(node.name) && m.life().equals(node.life()));
        if (gone && world.chance(0.3)) {
            tell(node.name + " comes again with nothing");
            node.beginAgain("life" + ++lives);
            node.start();
            return;
        }
        if (!asked.alive()) {
            return;
        }
        Member member = new Member(node.name, node.life());
        MembershipChange remove = new MembershipChange.Remove(member);
        MembershipChange change = world.chance(0.4)
                ? remove
                : gone
                        ? new MembershipChange.Add(new LoggedMember(node.name, node.life(), "", 0, false))
                        : new MembershipChange.Promote(member);
        tell(asked.name + " is asked: " + change);
        asked.engine().change(change);
    }

    private void scheduleCuts(long end) {
        world.after(world.between(MILLI, 250 * MILLI), () -> {
            SimulatedNode node = any();
            if (node.alive()) {
                node.cut();
            }
            if (world.nanos() < end) {
                scheduleCuts(end);
            }
        });
    }

    /** What stands for the log up to {@code index}, to tell whether a node that begins anew after it was given the right thing. */
    byte[] standsFor(long index) {
        CRC32C sum = new CRC32C();
        for (long i = 1; i <= index; i++) {
            sum.update(Objects.requireNonNull(log.get(i), "not committed: " + i));
        }
        return Long.toHexString(sum.getValue()).getBytes(StandardCharsets.UTF_8);
    }

    void begins(SimulatedNode node, LogBase base) {
        restarts++;
        tell(node.name + " begins anew after " + base.index());
        if (!log.containsKey(base.index()) || !Arrays.equals(base.state(), standsFor(base.index()))) {
            throw violation(node.name + " begins anew after " + base.index() + " with what is not the log's", null);
        }
    }

    int restarts() {
        return restarts;
    }

    private void propose() {
        SimulatedNode node = any();
        if (node.alive()) {
            String entry = "entry " + ++proposals + " ".repeat(world.random.nextInt(60));
            node.propose(entry.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whatever any node has been told is committed by now, the answer must not be below it. */
    private void askReadIndex() {
        SimulatedNode node = any();
        if (!node.alive()) {
            return;
        }
        long known = highest;
        node.engine().readIndex().thenAccept(index -> {
            readIndexes++;
            if (index < known) {
                throw violation(
                        node.name + " was told read index " + index + " when " + known + " was committed", null);
            }
        });
    }

    int readIndexes() {
        return readIndexes;
    }

    private SimulatedNode any() {
        return node(names.get(world.random.nextInt(names.size())));
    }

    private void scheduleTrouble(long end) {
        world.after(world.between(20 * MILLI, 700 * MILLI), () -> {
            if (world.nanos() < end) {
                trouble();
                scheduleTrouble(end);
            }
        });
    }

    private void trouble() {
        SimulatedNode node = any();
        SimulatedNode other = any();
        switch (world.random.nextInt(12)) {
            case 0, 1, 2 -> {
                if (node.alive()) {
                    tell("crash " + node.name);
                    node.crash();
                    tellViews();
                    world.after(world.between(MILLI, 4000 * MILLI), () -> {
                        if (!node.alive()) {
                            tell("start " + node.name);
                            node.start();
                            tellViews();
                        }
                    });
                }
            }
            case 3 -> {
                if (node.alive()) {
                    tell("disk of " + node.name + " fails");
                    node.disk.breakDown();
                    world.after(3000 * MILLI, () -> {
                        if (node.alive()) {
                            node.crash();
                        }
                        node.start();
                    });
                }
            }
            case 4, 5 -> {
                tell("partition of " + node.name);
                names.stream().filter(name -> !name.equals(node.name)).forEach(name -> {
                    network.cut(node.name, name);
                    network.cut(name, node.name);
                });
                tellViews();
            }
            case 6 -> {
                tell("nothing from " + node.name + " to " + other.name);
                network.cut(node.name, other.name);
            }
            case 7, 8 -> {
                tell("heal");
                network.heal();
                tellViews();
            }
            case 9 -> {
                tell("pause " + node.name);
                node.pause(world.between(10 * MILLI, 3000 * MILLI));
            }
            case 10 -> {
                if (node.alive()) {
                    tell("leadership to " + other.name);
                    node.engine().transferLeadership(other.name);
                }
            }
            default -> {
                if (node.alive()) {
                    tell("a wrong view for " + node.name);
                    node.engine()
                            .viewChanged(names.stream()
                                    .filter(name -> world.chance(0.6))
                                    .toList());
                }
            }
        }
    }

    private void tellViews() {
        for (String name : names) {
            if (world.chance(0.7)) {
                world.after(world.between(MILLI, 300 * MILLI), () -> {
                    SimulatedNode node = node(name);
                    if (node.alive()) {
                        node.engine().viewChanged(node.view());
                    }
                });
            }
        }
    }

    void delivered(SimulatedNode node, long index, byte[] entry) {
        highest = Math.max(highest, index);
        byte[] known = log.get(index);
        if (known == null) {
            log.put(index, entry.clone());
            if (EntryCodec.isMembersChanged(entry)) {
                changes++;
                membership = Membership.of(index, entry);
                tell("at " + index + " the cluster becomes " + membership.members());
            }
            if (!changing && checkForces && world.chance(0.05)) {
                checkMajority(index, entry);
            }
        } else if (!Arrays.equals(known, entry)) {
            throw violation(
                    node.name + " has '" + new String(entry, StandardCharsets.UTF_8) + "' at " + index + ", others '"
                            + new String(known, StandardCharsets.UTF_8) + "'",
                    null);
        }
    }

    private void checkMajority(long index, byte[] entry) {
        long holders = names.stream()
                .filter(name -> {
                    try (EntryStore store =
                            new EntryStore(node(name).disk.durableCopy(), SimulatedNode.STORE.segmentBytes(), 0)) {
                        return store.base().index() >= index
                                || store.lastIndex() >= index && Arrays.equals(store.read(index), entry);
                    } catch (IOException e) {
                        throw violation("disk of " + name + " unreadable: " + e, e);
                    }
                })
                .count();
        if (holders <= names.size() / 2 && !(names.size() % 2 == 0 && names.size() > 2)) {
            throw violation("entry " + index + " is committed but durable only on " + holders, null);
        }
    }

    void leads(SimulatedNode node, int term) {
        String other = leaders.putIfAbsent(term, node.name);
        if (other == null) {
            tell(node.name + " leads term " + term);
        } else if (!other.equals(node.name)) {
            throw violation("term " + term + " has two leaders, " + other + " and " + node.name, null);
        }
    }

    void sent(SimulatedNode from, String to, byte[] bytes) {
        if (checkForces && (bytes[0] == Outbox.RAFT || bytes[0] == Outbox.RAFT_TO_LIFE)) {
            BinaryReader in = new BinaryReader(bytes, 1, bytes.length - 1);
            if (bytes[0] == Outbox.RAFT_TO_LIFE) {
                in.text();
            }
            RaftMessage message = RaftMessages.read(in);
            boolean acknowledges = message instanceof AppendEntriesSuccessResponse;
            boolean votes = message instanceof VoteResponse vote && vote.isGranted();
            if (acknowledges && from.disk.unforced(name -> name.endsWith(".log"))) {
                throw violation(from.name + " acknowledges what is not forced", null);
            }
            if (votes
                    && (from.disk.unforced(name -> name.startsWith("vote"))
                            || from.disk.namesUnforced(name -> name.startsWith("vote")))) {
                throw violation(from.name + " votes before the vote is forced", null);
            }
        }
        network.send(from.name, to, bytes);
    }
}
