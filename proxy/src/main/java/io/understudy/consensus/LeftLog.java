package io.understudy.consensus;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.LogBase;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The log of a node that does not run, for when a majority of its cluster is gone for good. Not safe for use by several threads.
 */
public final class LeftLog implements Closeable {
    private static final long LOOKED_AT_MAX = 100_000;

    private final DirectoryLock lock;
    private final VoteFile votes;
    private final EntryStore entries;

    /**
     * Opens what a node has left; checks all of it.
     *
     * @param directory the node's data directory
     * @throws IOException if there is none, or it is damaged, or the node runs
     */
    public LeftLog(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + " does not exist");
        }
        this.lock = new DirectoryLock(directory);
        try {
            Disk disk = new DirectoryDisk(directory);
            if (!VoteFile.existsIn(disk) || !EntryStore.existsIn(disk)) {
                throw new IOException(directory + " has no log of a node");
            }
            this.votes = VoteFile.read(disk);
            this.entries = new EntryStore(disk, Long.MAX_VALUE, 0);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    public String node() {
        return votes.vote().node();
    }

    /** The cluster's voting nodes, as this one knew them. */
    public List<String> members() {
        return logged().map(Membership::voters).orElse(votes.vote().members());
    }

    /** What the log says of who belongs to the cluster. */
    private Optional<Membership> logged() {
        entries.changes().countAfter(votes.vote().since());
        return entries.changes().at(entries.lastIndex());
    }

    public long lastIndex() {
        return entries.lastIndex();
    }

    /** Up to here it is known that a majority had it. More may be. */
    public long committedIndex() {
        return entries.committedIndex();
    }

    /** By its master's clock, when the last transaction that is in the log was proposed. */
    public Optional<Instant> lastWrite() throws IOException {
        for (long i = entries.lastIndex();
                i >= Math.max(entries.firstIndex(), entries.lastIndex() - LOOKED_AT_MAX);
                i--) {
            if (EntryCodec.decodeWithoutChunks(entries.read(i)) instanceof Entry.Transaction t) {
                return Optional.of(Instant.EPOCH.plus(t.commitMicros(), ChronoUnit.MICROS));
            }
        }
        return Optional.empty();
    }

    /**
     * From its next start on this node belongs to a cluster of these nodes, which have all that is in its log. What others have had besides is lost. Durable when it returns.
     *
     * @param members this node among them
     */
    public void goOnWith(List<String> members) throws IOException {
        votes.members(members, entries.lastIndex());
    }

    /** What stands for the entries that it no longer has. */
    public LogBase base() {
        return entries.base();
    }

    /** An entry from the {@link #base} on. */
    public byte[] read(long index) throws IOException {
        return entries.read(index);
    }

    /**
     * From its next start on the node's log begins after {@link #lastIndex} + 1, and has nothing. Durable when it returns.
     *
     * @param state what stands for all up to there
     */
    public void beginAgain(byte[] state) throws IOException {
        byte[] members = logged().map(Membership::encode).orElse(new byte[0]);
        entries.restart(new LogBase(entries.lastIndex() + 1, entries.lastTerm(), members, state));
    }

    @Override
    public void close() throws IOException {
        entries.close();
        lock.close();
    }
}
