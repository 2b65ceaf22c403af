package io.understudy.election;

import io.understudy.election.Election.Kind;
import io.understudy.election.Election.Moment;
import io.understudy.election.Election.Step;
import io.understudy.election.LogSearch.Assignment;
import io.understudy.event.EventLog;
import io.understudy.log.StatementLog;
import io.understudy.topology.NodeLoad;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last {@value #KEPT_MAX} elections. Who and why come from the log, so a node that was away or restarted knows them too; when a master opened is told by the master
 * itself while it lives, and otherwise concluded from the log; the steps are what nodes still remember.
 *
 * <h2>Threads</h2>
 * For any thread. The log is read on a thread of its own, so a new election shows a moment after it was heard of.
 */
public final class ElectionBook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ElectionBook.class);
    private static final int KEPT_MAX = 50;
    private static final int STEPS_MAX = 40;
    private static final Duration STEPS_BEFORE = Duration.ofSeconds(10);
    private static final Duration STEPS_AFTER = Duration.ofMillis(500);
    private static final Set<String> STEP_KINDS = Set.of("view", "vote", "leader", "master", "postgres");

    private final LogSearch log;
    private final EventLog events;
    private final ExecutorService reader = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("elections").factory());
    private final TreeMap<Long, Assignment> assignments = new TreeMap<>();
    private final Map<Long, Moment> opened = new HashMap<>();
    private final Map<Long, Moment> writable = new HashMap<>();
    /** By epoch, then by the node that told them. */
    private final Map<Long, Map<String, List<Step>>> told = new HashMap<>();

    private long version;

    public ElectionBook(StatementLog log, EventLog events) {
        this.log = new LogSearch(log);
        this.events = events;
    }

    /** The log says at {@code index} that the mastership of {@code epoch} began. */
    public void assigned(long epoch, long index) {
        try {
            reader.execute(() -> read(epoch, index));
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    /** A node tells what it has done: among it, when it opened as master. */
    public void heard(NodeLoad load) {
        if (load.openedEpoch() > 0) {
            opened(load.openedEpoch(), LogSearch.instant(load.openedMicros()));
        }
    }

    /** The master of that epoch accepts writes since then. */
    public synchronized void opened(long epoch, Instant at) {
        Moment before = opened.get(epoch);
        if (before == null || !before.exact()) {
            opened.put(epoch, new Moment(at, true));
            version++;
        }
    }

    /** What another node remembers of an election; nothing if it was restarted since, which says nothing new. */
    public synchronized void told(String node, long epoch, List<Step> steps) {
        if (!steps.isEmpty()
                && assignments.containsKey(epoch)
                && !steps.equals(
                        told.computeIfAbsent(epoch, e -> new TreeMap<>()).put(node, steps))) {
            version++;
        }
    }

    /** Grows with every change. */
    public synchronized long version() {
        return version;
    }

    /** The elections, newest first. */
    public List<Election> all() {
        return list(true);
    }

    /** The elections, newest first, with this node's own steps alone. */
    public List<Election> own() {
        return list(false);
    }

    private void read(long epoch, long index) {
        try {
            long after = 0;
            long known = 0;
            synchronized (this) {
                if (assignments.containsKey(epoch)) {
                    return;
                }
                if (!assignments.isEmpty()) {
                    after = assignments.lastEntry().getValue().index();
                    known = assignments.lastKey();
                }
            }
            for (Assignment a : log.assignments(after, known, index)) {
                add(a);
            }
        } catch (IOException | IllegalArgumentException e) {
            if (reader.isShutdown()) {
                LOG.debug("closed", e);
            } else {
                LOG.warn("the log could not be read for the list of elections", e);
            }
        }
    }

    private synchronized void add(Assignment a) {
        assignments.put(a.entry().epoch(), a);
        while (assignments.size() > KEPT_MAX) {
            long oldest = assignments.firstKey();
            assignments.remove(oldest);
            opened.remove(oldest);
            writable.remove(oldest);
            told.remove(oldest);
        }
        version++;
    }

    private List<Election> list(boolean withOthers) {
        List<EventLog.Event> seen = events.after(0, Integer.MAX_VALUE).stream()
                .filter(e -> STEP_KINDS.contains(e.kind()))
                .toList();
        List<Election> list = new ArrayList<>();
        synchronized (this) {
            for (Assignment a : assignments.descendingMap().values()) {
                list.add(election(a, seen, withOthers));
            }
        }
        return list;
    }

    private Election election(Assignment a, List<EventLog.Event> seen, boolean withOthers) {
        long epoch = a.entry().epoch();
        Assignment before = assignments.get(epoch - 1);
        String reason = a.entry().reason();
        Kind kind = epoch == 1 ? Kind.FIRST : reason.startsWith("switchover") ? Kind.SWITCHOVER : Kind.FAILOVER;
        Optional<Instant> decided =
                Optional.of(a.entry().decidedMicros()).filter(m -> m > 0).map(LogSearch::instant);
        Optional<Moment> open = open(a);
        List<Step> steps = new ArrayList<>();
        decided.ifPresent(d -> {
            steps.addAll(steps(after(d.minus(STEPS_BEFORE), epoch - 1), d, open, seen));
            if (withOthers) {
                told.getOrDefault(epoch, Map.of()).values().forEach(steps::addAll);
            }
        });
        steps.sort(Comparator.comparing(Step::at));
        return new Election(
                epoch,
                a.index(),
                a.entry().node(),
                before == null ? "" : before.entry().node(),
                kind,
                reason,
                decided,
                kind == Kind.FIRST ? Optional.empty() : writable(a),
                open,
                steps.subList(0, Math.min(STEPS_MAX, steps.size())));
    }

    /** That time, or if it is later the one at which the epoch before had opened. */
    private Instant after(Instant time, long epochBefore) {
        Moment open = opened.get(epochBefore);
        Instant begun = open == null ? time : open.at().plus(STEPS_AFTER);
        return begun.isAfter(time) ? begun : time;
    }

    private static List<Step> steps(Instant from, Instant decided, Optional<Moment> open, List<EventLog.Event> seen) {
        Instant to = open.map(Moment::at)
                .filter(o -> o.isAfter(decided))
                .orElse(decided.plus(STEPS_BEFORE))
                .plus(STEPS_AFTER);
        return seen.stream()
                .filter(e -> e.at().isAfter(from) && e.at().isBefore(to))
                .map(e -> new Step(e.at(), e.node(), e.kind(), e.text()))
                .toList();
    }

    private Optional<Moment> writable(Assignment a) {
        if (a.entry().writableMicros() > 0) {
            return Optional.of(new Moment(LogSearch.instant(a.entry().writableMicros()), true));
        }
        return remembered(writable, a.entry().epoch(), () -> log.lastWriteBefore(a.index()));
    }

    private Optional<Moment> open(Assignment a) {
        long epoch = a.entry().epoch();
        return remembered(opened, epoch, () -> log.firstWriteAfter(a.index(), epoch));
    }

    private Optional<Moment> remembered(Map<Long, Moment> known, long epoch, FromLog source) {
        Moment there = known.get(epoch);
        if (there != null) {
            return Optional.of(there);
        }
        try {
            Optional<Moment> found = source.find().map(at -> new Moment(at, false));
            found.ifPresent(m -> known.put(epoch, m));
            return found;
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("entries around epoch {} could not be read", epoch, e);
            return Optional.empty();
        }
    }

    @FunctionalInterface
    private interface FromLog {
        Optional<Instant> find() throws IOException;
    }

    @Override
    public void close() {
        // Not interrupted: that would close the file of the log that it reads, for everybody.
        reader.shutdown();
    }
}
