package io.understudy.replay;

import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.StatementLog;
import io.understudy.replay.EntryJudge.Checkpoint;
import io.understudy.replay.OwnTransactions.Ended;
import io.understudy.replay.OwnTransactions.Turn;
import io.understudy.replay.ReplayOutcome.Applied;
import io.understudy.replay.ReplayOutcome.Blocked;
import io.understudy.replay.ReplayOutcome.Diverged;
import io.understudy.replay.ReplayOutcome.ServerLost;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings this node's database along the log, entry by entry in order, on replicas and on the master alike.
 *
 * <h2>Order</h2>
 * Local commits happen strictly in index order. A transaction that this process itself has open is committed where it is, at its turn; all else is
 * replayed. So a deposed master finishes its own entries before newer ones without any rule of its own.
 *
 * <h2>Lifecycle</h2>
 * {@link #judge}, {@link #start}, {@link #close}, once each. Judging needs no server and goes on while it is away. The loop then tries again; when the server is back, the loop goes on after the
 * applied index that the server itself has, which may be lower than before.
 *
 * <h2>Failure</h2>
 * See {@link LoopState}. After {@link LoopState.Diverged} nothing more is applied until the database was repaired and {@link #resume} called; after
 * {@link LoopState.Failed} nothing at all.
 *
 * <h2>Threads</h2>
 * One that judges, one that applies. Everything public may be called by any thread.
 */
public final class ApplyLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApplyLoop.class);

    private static final int WAITING_MAX = 4096;
    private static final long WAITING_BYTES_MAX = 64L << 20;
    private static final int BATCH_MAX = 512;
    private static final long BATCH_BYTES_MAX = 4L << 20;
    private static final int TURNS_MAX = 128;
    private static final long RETRY_MILLIS = 100;
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final long PRUNE_EVERY = 10_000;
    private static final long PRUNE_AFTER_NANOS = 10_000_000_000L;

    private final EntryFeed feed;
    private final StatementLog log;
    private final LocalDatabase database;
    private final UUID process;
    private final OwnTransactions own;
    private final ApplyListener listener;
    private final AppliedIndex applied = new AppliedIndex();
    private final LogBarrier barrier;
    private final JudgeHistory history;
    private final Checkpoint judgeFrom;
    private final JudgedQueue queue = new JudgedQueue(WAITING_MAX, WAITING_BYTES_MAX);
    private final Thread judging;
    private final Thread thread;
    private final Pause pause = new Pause();
    private volatile ApplyDelay delay = ApplyDelay.NONE;
    private volatile LoopState state = new LoopState.Starting();
    private volatile boolean closed;
    private volatile String lost = "";
    private volatile Mastership mastership = Mastership.NONE;
    private long pruned;
    private long prunedAt = System.nanoTime();

    /**
     * @param feed where {@code log} delivers
     * @param process this run of this node's proxy, as in {@link Entry.MasterAssigned}
     * @param checkpoints so that the next start need not judge the whole log again
     */
    public ApplyLoop(
            EntryFeed feed,
            StatementLog log,
            LocalDatabase database,
            UUID process,
            OwnTransactions own,
            ApplyListener listener,
            CheckpointStore checkpoints) {
        this.feed = feed;
        this.log = log;
        this.database = database;
        this.process = process;
        this.own = own;
        this.listener = listener;
        this.barrier = new LogBarrier(feed, log, process);
        this.history = new JudgeHistory(log, checkpoints);
        this.judgeFrom = history.start();
        this.judging = Thread.ofPlatform()
                .name("judge")
                .daemon()
                .unstarted(new JudgeStage(feed, log, history, judgeFrom, process, own, listener, queue));
        this.thread = Thread.ofPlatform().name("apply").daemon().unstarted(this::run);
    }

    /** From now on, what is younger waits. */
    public void delay(ApplyDelay d) {
        delay = d;
    }

    /** Begins to judge what the log delivers. */
    public void judge() {
        judging.start();
    }

    /** The index after which judging begins: what is before it need not be delivered. */
    public long judgesAfter() {
        return judgeFrom.index();
    }

    /** The last index judged so far. */
    public long judged() {
        return queue.judged();
    }

    /** A judge of its own for whoever reads the log further; the log must have been judged up to that index here. */
    public EntryJudge judgeAfter(long index) throws IOException {
        return history.judgeAfter(index);
    }

    /** Begins to apply what is judged. */
    public void start() {
        thread.start();
    }

    /**
     * Somebody else noticed that the server is lost, and closed all connections to it: the loop connects again and goes on after the index the server then has, which may be lower. Without this an
     * idle loop would find out only at the next entry.
     */
    public void reconnect(String why) {
        lost = why;
        queue.wake();
    }

    /**
     * Stops applying, lets the connection to the server go and waits until that is so; {@link #resume} ends it. After {@link LoopState.Diverged} it is so already.
     *
     * @return whether it stands; if not in time, it will later
     */
    public boolean pause(Duration limit) throws InterruptedException {
        pause.want();
        reconnect("applying is paused");
        return pause.reached(limit);
    }

    /** Goes on after the applied index that the server then has, which may be any that the log has. */
    public void resume() {
        if (state.needsRepair()) {
            // who looks before the thread has gone on must not take what was repaired for something new
            to(new LoopState.Paused());
        }
        pause.lift();
    }

    public AppliedIndex applied() {
        return applied;
    }

    public LoopState state() {
        return state;
    }

    /** Who is master as of the applied index. */
    public Mastership mastership() {
        return mastership;
    }

    private void run() {
        try {
            while (!closed) {
                if (pause.wanted()) {
                    stand();
                    continue;
                }
                OptionalLong from = connect();
                if (from.isPresent() && !follow(from.getAsLong())) {
                    pause.want();
                }
            }
        } catch (InterruptedException e) {
            if (!closed) {
                LOG.error("interrupted by a stranger", e);
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("no more entries are applied", e);
            to(new LoopState.Failed(e));
        } finally {
            database.close();
            if (closed) {
                to(new LoopState.Stopped());
            }
        }
    }

    private void stand() throws InterruptedException {
        database.disconnect();
        if (!state.needsRepair()) {
            to(new LoopState.Paused());
        }
        pause.stand();
    }

    /** Waits for the server; empty if it is not to be waited for any more. */
    private OptionalLong connect() throws InterruptedException {
        while (true) {
            queue.requireJudging();
            queue.awake();
            if (pause.wanted()) {
                return OptionalLong.empty();
            }
            try {
                return OptionalLong.of(database.open(index -> transactionAt(index, barrier)));
            } catch (IOException | ServerError e) {
                down(String.valueOf(e.getMessage()));
                applied.oldestUnapplied(queue.oldestMicros());
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    /** Of another node's database, read before this was called. Takes a majority of nodes where that is further than what is known here. */
    public AppliedRows.Executed executed() {
        LogBarrier now = new LogBarrier(feed, log, process);
        return index -> transactionAt(index, now);
    }

    private Optional<AppliedRows.Transaction> transactionAt(long index, LogBarrier barrier) throws IOException {
        if (index > log.committedIndex()) {
            barrier.pass();
        }
        return index <= log.committedIndex()
                        && index >= log.firstIndex()
                        && EntryCodec.decodeWithoutChunks(log.read(index)) instanceof Entry.Transaction t
                ? Optional.of(new AppliedRows.Transaction(t.id(), t.xid()))
                : Optional.empty();
    }

    /**
     * Applies entries after {@code from} until the server is lost.
     *
     * @return false if the database must be repaired first
     */
    private boolean follow(long from) throws IOException, InterruptedException {
        if (from < log.base().index()) {
            LOG.error("the database stands at entry {}, the log begins at entry {}", from, log.firstIndex());
            to(new LoopState.OutOfReach(from, log.firstIndex()));
            return false;
        }
        applied.reset(from);
        pruned = Math.max(pruned, from);
        long known = queue.position(from);
        if (known > from) {
            queue.earlier(judgeAgain(from, known));
        }
        mastership = queue.masterAt(from);
        if (mastership.epoch() > 0) {
            listener.assignmentApplied(mastership);
        }
        to(new LoopState.Applying());
        while (true) {
            switch (next()) {
                case Applied a -> prune(a.index());
                case Blocked b -> {
                    // its entries are offered again after the same way as after a lost server
                    LOG.atWarn()
                            .addKeyValue("index", b.index())
                            .addKeyValue("sqlstate", b.sqlState())
                            .log("entry {} is held up: {} {}", b.index(), b.sqlState(), b.message());
                    to(new LoopState.Held(b));
                    Thread.sleep(RETRY_MILLIS);
                    return true;
                }
                case ServerLost l -> {
                    if (!pause.wanted()) {
                        down(l.why());
                    }
                    return true;
                }
                case Diverged d -> {
                    LOG.error("the database disagrees with the log: {}", d);
                    to(new LoopState.Diverged(d));
                    return false;
                }
            }
        }
    }

    /** The server has less than it once had durably (it was put back, say): what was judged by an earlier process is needed again. */
    private Verdicts judgeAgain(long from, long to) throws IOException {
        EntryJudge judge = history.judgeAfter(from);
        Verdicts verdicts = new Verdicts(from, judge.mastership());
        for (long i = from + 1; i <= to; i++) {
            boolean valid =
                    judge.judge(i, EntryCodec.decodeWithoutChunks(log.read(i))).valid();
            verdicts.add(i, valid, judge.mastership());
        }
        return verdicts;
    }

    /** Reads the next ones from the log, up to a batch, because they found no room when they were judged. */
    private void fill(long from, long to) throws IOException {
        List<Judged> read = new ArrayList<>();
        long bytes = 0;
        for (long i = from; i <= to && read.size() < BATCH_MAX && bytes < BATCH_BYTES_MAX; i++) {
            byte[] encoded = log.read(i);
            Entry entry = EntryCodec.decodeWithoutChunks(encoded);
            Judged j = Judged.of(i, entry, encoded, queue.valid(i), queue.masterAt(i), process, own);
            read.add(j);
            bytes += j.bytes();
        }
        queue.fill(read);
    }

    private static void joinUninterruptibly(Thread judging) {
        boolean interrupted = false;
        while (judging.isAlive()) {
            try {
                judging.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Applies what is at the front of the queue: our own turns, or a batch. */
    private ReplayOutcome next() throws IOException, InterruptedException {
        long readable = queue.await();
        if (readable == JudgedQueue.WOKEN) {
            database.disconnect();
            return new ServerLost(lost);
        }
        long at = queue.next();
        if (readable >= at) {
            fill(at, readable);
        }
        Judged first = queue.first();
        while (delay.holds(first.commitMicros())) {
            applied.oldestUnapplied(first.commitMicros());
            if (queue.wokenWithin(LOOK_AGAIN_MILLIS)) {
                database.disconnect();
                return new ServerLost(lost);
            }
        }
        if (first.ownTransaction()) {
            List<Judged> turns = queue.takeWhile(TURNS_MAX, Long.MAX_VALUE, Judged::ownTransaction);
            applied.oldestUnapplied(first.commitMicros());
            ReplayOutcome outcome = commit(turns);
            applied.oldestUnapplied(queue.oldestMicros());
            return outcome;
        }
        if (first.valid() && first.entry() instanceof Entry.VerificationPoint v) {
            listener.verificationPoint(v.id(), first.index(), v.scope());
        }
        List<Judged> batch = queue.takeWhile(
                BATCH_MAX,
                BATCH_BYTES_MAX,
                j -> j == first || !(j.ownTransaction() || j.aloneInBatch() || delay.holds(j.commitMicros())));
        applied.oldestUnapplied(batch.stream()
                .mapToLong(Judged::commitMicros)
                .filter(m -> m != 0)
                .findFirst()
                .orElse(0));
        List<IndexedEntry> entries = batch.stream().map(Judged::toApply).toList();
        ReplayOutcome outcome = batch.stream().anyMatch(ApplyLoop::changesSchema)
                ? changeSchema(entries)
                : database.apply(entries, applied);
        if (outcome instanceof Applied) {
            batch.forEach(this::tell);
            applied.oldestUnapplied(queue.oldestMicros());
        }
        return outcome;
    }

    /** No statement is to be taken for what it was before, from the moment on at which the change can be seen. */
    private ReplayOutcome changeSchema(List<IndexedEntry> entries) throws InterruptedException {
        listener.schemaChanges();
        try {
            return database.apply(entries, applied);
        } finally {
            listener.schemaChanged();
        }
    }

    /** Gives our own transactions their turn, and replays those that could not be committed where they were. */
    private ReplayOutcome commit(List<Judged> turns) {
        List<Judged> left = new ArrayList<>(turns);
        if (turns.stream().anyMatch(j -> BatchSteps.oneByOne(j.entry()))) {
            database.schemaChanged();
        }
        while (!left.isEmpty()) {
            Ended ended = own.commit(left.stream().map(ApplyLoop::turn).toList(), applied);
            left = left.subList(ended.confirmed(), left.size());
            if (!left.isEmpty() && !ended.over()) {
                database.disconnect();
                return new ServerLost(
                        "how the transaction of entry " + left.getFirst().index() + " ended is not known");
            }
            if (!left.isEmpty()) {
                Judged lost = left.getFirst();
                LOG.atWarn()
                        .addKeyValue("index", lost.index())
                        .log("entry {} could not be committed by its own session and is replayed", lost.index());
                ReplayOutcome outcome = database.apply(List.of(lost.toApply()), applied);
                if (!(outcome instanceof Applied)) {
                    return outcome;
                }
                tell(lost);
                left = left.subList(1, left.size());
            }
        }
        return new Applied(turns.getLast().index());
    }

    private static Turn turn(Judged j) {
        if (j.entry() instanceof Entry.Fenced f) {
            return new Turn(j.index(), f.id());
        }
        throw new IllegalArgumentException("no turn for " + j.entry());
    }

    private static boolean changesSchema(Judged j) {
        return j.valid()
                && j.entry() instanceof Entry.Transaction t
                && switch (t.form()) {
                    case Form.Statements s -> false;
                    case Form.Rows r -> r.parts().stream().anyMatch(Form.Ddl.class::isInstance);
                    // not looked at again
                    case Form.Chunks c -> true;
                };
    }

    private void tell(Judged j) {
        if (j.own() && j.entry() instanceof Entry.Fenced f) {
            own.applied(f.id(), j.index());
        }
        if (j.valid() && j.entry() instanceof Entry.MasterAssigned) {
            mastership = j.mastership();
            listener.assignmentApplied(j.mastership());
        }
    }

    private void prune(long index) {
        long now = System.nanoTime();
        if (index - pruned >= PRUNE_EVERY || now - prunedAt >= PRUNE_AFTER_NANOS) {
            pruned = index;
            prunedAt = now;
            if (database.prune(index)) {
                queue.forget(history.save(index));
                listener.durable(index);
            }
        }
    }

    private void down(String why) {
        if (!(state instanceof LoopState.ServerDown)) {
            LOG.warn("the local server is away: {}", why);
        }
        to(new LoopState.ServerDown(why));
    }

    private void to(LoopState next) {
        if (!next.equals(state)) {
            state = next;
            listener.state(next);
        }
    }

    @Override
    public void close() {
        closed = true;
        judging.interrupt();
        thread.interrupt();
        joinUninterruptibly(judging);
        joinUninterruptibly(thread);
        if (!(state instanceof LoopState.Stopped)) {
            to(new LoopState.Stopped());
        }
    }
}
