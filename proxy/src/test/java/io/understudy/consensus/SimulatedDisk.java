package io.understudy.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A directory in memory that forgets on a crash what was not forced: of the writes since then any may have reached the platter, in any order, the
 * last ones in part; of creations, deletions and renames the first few.
 */
final class SimulatedDisk implements Disk {
    private Map<String, Content> names = new TreeMap<>();
    private Map<String, Content> durableNames = new TreeMap<>();
    private final List<Map<String, Content>> pendingNames = new ArrayList<>();
    /** Files whose force does nothing: how a forgotten fsync looks from below. */
    Predicate<String> forceForgotten = name -> false;

    private boolean broken;

    private static final class Content {
        byte[] now = new byte[0];
        byte[] durable = new byte[0];
        final List<Change> pending = new ArrayList<>();
    }

    private record Change(long position, byte[] bytes) {}

    /** From now on every operation fails, as on a failed device. */
    void breakDown() {
        broken = true;
    }

    private void check() throws IOException {
        if (broken) {
            throw new IOException("simulated failure of the disk");
        }
    }

    @Override
    public List<String> names() {
        return List.copyOf(names.keySet());
    }

    @Override
    public File open(String name) throws IOException {
        check();
        if (!names.containsKey(name)) {
            names.put(name, new Content());
            pendingNames.add(new TreeMap<>(names));
        }
        return new OpenFile(name, content(name));
    }

    @Override
    public void delete(String name) throws IOException {
        check();
        names.remove(name);
        pendingNames.add(new TreeMap<>(names));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        check();
        names.put(to, names.remove(from));
        pendingNames.add(new TreeMap<>(names));
    }

    @Override
    public void force() throws IOException {
        check();
        if (!forceForgotten.test(".")) {
            durableNames = new TreeMap<>(names);
            pendingNames.clear();
        }
    }

    /** Whether a file whose name begins so has changes that a crash could lose. */
    boolean unforced(Predicate<String> which) {
        return names.entrySet().stream()
                .anyMatch(file ->
                        which.test(file.getKey()) && !file.getValue().pending.isEmpty());
    }

    /** Whether a crash could bring such a file back, or lose it. */
    boolean namesUnforced(Predicate<String> which) {
        return !names.keySet().stream()
                .filter(which)
                .toList()
                .equals(durableNames.keySet().stream().filter(which).toList());
    }

    /** What is left after a crash. */
    void crash(Random random) {
        broken = false;
        int survived = pendingNames.isEmpty() ? 0 : random.nextInt(pendingNames.size() + 1);
        Map<String, Content> left = survived == 0 ? durableNames : pendingNames.get(survived - 1);
        for (Content content : left.values()) {
            byte[] bytes = content.durable;
            for (Change change : content.pending) {
                if (random.nextInt(3) > 0) {
                    int kept = random.nextBoolean() ? change.bytes.length : random.nextInt(change.bytes.length + 1);
                    bytes = put(bytes, change.position, Arrays.copyOf(change.bytes, kept));
                }
            }
            content.pending.clear();
            content.now = bytes;
            content.durable = bytes.clone();
        }
        names = new TreeMap<>(left);
        durableNames = new TreeMap<>(left);
        pendingNames.clear();
    }

    /** A copy that holds only what is surely there after a crash. */
    SimulatedDisk durableCopy() {
        SimulatedDisk copy = new SimulatedDisk();
        durableNames.forEach((name, content) -> {
            Content durable = new Content();
            durable.now = content.durable.clone();
            durable.durable = content.durable.clone();
            copy.names.put(name, durable);
        });
        copy.durableNames = new TreeMap<>(copy.names);
        return copy;
    }

    /** Changes one byte of what is stored, as a failing device would. */
    void flip(String name, long position) {
        Content content = content(name);
        content.now[(int) position] ^= 0x40;
        content.durable = content.now.clone();
    }

    long size(String name) {
        return content(name).now.length;
    }

    private Content content(String name) {
        return Objects.requireNonNull(names.get(name), name);
    }

    private static byte[] put(byte[] bytes, long position, byte[] change) {
        int end = (int) position + change.length;
        byte[] result = Arrays.copyOf(bytes, Math.max(bytes.length, end));
        System.arraycopy(change, 0, result, (int) position, change.length);
        return result;
    }

    @Override
    public String toString() {
        return "a simulated disk";
    }

    private final class OpenFile implements File {
        private final String name;
        private final Content content;

        OpenFile(String name, Content content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public long size() {
            return content.now.length;
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int length = (int) Math.max(0, Math.min(into.remaining(), content.now.length - position));
            into.put(content.now, (int) Math.min(position, content.now.length), length);
            return length;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            check();
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            content.now = put(content.now, position, bytes);
            content.pending.add(new Change(position, bytes));
        }

        @Override
        public void truncate(long size) throws IOException {
            check();
            if (size < content.now.length) {
                content.now = Arrays.copyOf(content.now, (int) size);
                // Whether an unforced truncation survives is settled by the force that always follows.
                content.pending.clear();
                content.pending.add(new Change(0, content.now));
            }
        }

        @Override
        public void force() throws IOException {
            check();
            if (!forceForgotten.test(name)) {
                content.durable = content.now.clone();
                content.pending.clear();
            }
        }

        @Override
        public void close() {}
    }
}
