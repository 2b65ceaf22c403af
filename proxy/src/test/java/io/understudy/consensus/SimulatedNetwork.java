package io.understudy.consensus;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Loses, doubles, delays and reorders messages; directions can be cut one by one. */
final class SimulatedNetwork {
    private static final long MILLI = 1_000_000;

    private final World world;
    private final Map<String, Consumer<byte[]>> receivers = new HashMap<>();
    private final Set<List<String>> cut = new HashSet<>();
    boolean faulty = true;

    SimulatedNetwork(World world) {
        this.world = world;
    }

    void receiver(String node, Consumer<byte[]> receiver) {
        receivers.put(node, receiver);
    }

    void gone(String node) {
        receivers.remove(node);
    }

    void cut(String from, String to) {
        cut.add(List.of(from, to));
    }

    void heal() {
        cut.clear();
    }

    boolean reaches(String from, String to) {
        return !cut.contains(List.of(from, to));
    }

    void send(String from, String to, byte[] message) {
        if (!reaches(from, to) || faulty && world.chance(0.02)) {
            return;
        }
        deliver(from, to, message, delay());
        if (faulty && world.chance(0.03)) {
            deliver(from, to, message, delay() * 4);
        }
    }

    private long delay() {
        if (!faulty) {
            return world.between(MILLI / 10, MILLI);
        }
        return world.chance(0.01)
                ? world.between(100 * MILLI, 6000 * MILLI)
                : world.chance(0.1) ? world.between(MILLI, 60 * MILLI) : world.between(MILLI / 10, 3 * MILLI);
    }

    private void deliver(String from, String to, byte[] message, long delay) {
        world.after(delay, () -> {
            Consumer<byte[]> receiver = receivers.get(to);
            if (receiver != null && reaches(from, to)) {
                receiver.accept(message);
            }
        });
    }
}
