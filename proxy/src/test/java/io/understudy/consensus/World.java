package io.understudy.consensus;

import java.util.PriorityQueue;
import java.util.Random;

/** Simulated time and chance: what happens next is decided by the seed alone. */
final class World {
    final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long count;

    World(long seed) {
        random = new Random(seed);
    }

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    long nanos() {
        return now;
    }

    void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(nanos, now), count++, action));
    }

    void after(long nanos, Runnable action) {
        at(now + nanos, action);
    }

    void runUntil(long nanos) {
        while (!events.isEmpty() && events.peek().at <= nanos) {
            Event event = events.remove();
            now = event.at;
            event.action.run();
        }
        now = nanos;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    long between(long from, long to) {
        return from + (long) (random.nextDouble() * (to - from));
    }
}
