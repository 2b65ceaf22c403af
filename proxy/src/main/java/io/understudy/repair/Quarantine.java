package io.understudy.repair;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node's database is known to disagree with the log: then nothing is read from it, and it does not become master, until it is repaired.
 *
 * <h2>Durability</h2>
 * A file of the data directory, there before {@link #begin} returns and gone before {@link #repaired} does. So a database that was being repaired when its proxy or its
 * server ended is not taken for a good one afterwards.
 *
 * <h2>Threads</h2>
 * Any.
 */
public final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    private static final int REASON_CHARS_MAX = 2000;

    private final Path file;
    private final Path next;
    private volatile @Nullable State state;
    private volatile long repairs;

    /**
     * @param reason why
     * @param progress of its repair, for people; empty while there is none
     * @param sinceNanos by {@link System#nanoTime}
     */
    private record State(String reason, String progress, long sinceNanos) {}

    private Quarantine(Path directory) {
        this.file = directory.resolve("quarantine");
        this.next = directory.resolve("quarantine.new");
    }

    /**
     * As the last run of this node left it.
     *
     * @param directory of the node's data; exists
     * @throws IOException if it cannot be known
     */
    public static Quarantine in(Path directory) throws IOException {
        Quarantine q = new Quarantine(directory);
        if (Files.exists(q.file)) {
            q.state = new State(Files.readString(q.file), "", System.nanoTime());
        }
        return q;
    }

    /**
     * Nothing may be read here from now on. The first reason stays until the database is repaired.
     *
     * @return whether it was not in quarantine before
     */
    public synchronized boolean begin(String why) {
        if (state != null) {
            return false;
        }
        String reason = why.length() > REASON_CHARS_MAX ? why.substring(0, REASON_CHARS_MAX) + "…" : why;
        state = new State(reason, "", System.nanoTime());
        try {
            write(reason);
        } catch (IOException e) {
            // holds for this run at least; what comes next would be found out again
            LOG.error("the quarantine could not be written to {}", file, e);
        }
        return true;
    }

    /**
     * To be called before a database is changed in order to repair it.
     *
     * @throws IOException if that could not be made durable: then it must not be changed
     */
    public synchronized void requireDurable() throws IOException {
        State s = state;
        if (s == null) {
            throw new IllegalStateException("not in quarantine");
        }
        write(s.reason());
    }

    /** How far the repair is. */
    public synchronized void progress(String text) {
        State s = state;
        if (s != null) {
            state = new State(s.reason(), text, s.sinceNanos());
        }
    }

    /** @throws IOException if it could not be made durable: then the quarantine goes on */
    public synchronized void repaired() throws IOException {
        Files.deleteIfExists(file);
        sync(file.toAbsolutePath().getParent());
        state = null;
        repairs++;
    }

    /** How often it was ended in this run. */
    public long repairs() {
        return repairs;
    }

    public boolean isOn() {
        return state != null;
    }

    public Optional<String> reason() {
        return Optional.ofNullable(state).map(State::reason);
    }

    /** How far the repair is, empty while there is none. */
    public String progress() {
        State s = state;
        return s == null ? "" : s.progress();
    }

    /** How long it has lasted in this run; zero if there is none. */
    public Duration lasted() {
        State s = state;
        return s == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - s.sinceNanos());
    }

    private void write(String reason) throws IOException {
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(reason.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(file.toAbsolutePath().getParent());
    }

    private static void sync(@Nullable Path directory) throws IOException {
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
