package io.understudy.node;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How well this node reaches the other nodes' PostgreSQL servers, and so how many of its reads they get. A server that cannot be reached from here, or whose answers take far longer than the others',
 * gets none, whatever its own node says of it; one that is well again gets few at first. Safe for use by many threads.
 */
final class PeerReach {
    /** A single slow answer means nothing. */
    private static final int SLOW_ANSWERS = 3;

    private static final long SLOW_NANOS_MIN = Duration.ofMillis(250).toNanos();
    private static final int SLOW_FACTOR = 10;
    private static final long OUT_NANOS_MIN = Duration.ofSeconds(1).toNanos();
    private static final int DOUBLINGS_MAX = 5;
    /** Who was well for so long is taken for a good one again. */
    private static final long FORGIVEN_NANOS = Duration.ofMinutes(1).toNanos();

    private static final long WARM_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int FIRST_SHARE = 10;

    private final Map<String, Peer> peers = new HashMap<>();
    /** All get all: every read asks, and that is how it nearly always is. */
    private volatile boolean allWell = true;

    private final LongSupplier nanoTime;
    private final Consumer<String> told;

    private static final class Peer {
        long tookNanos;
        int slow;
        boolean out;
        int times;
        long outUntil;
        long backSince;
    }

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param told which node gets no reads any more and why, and that it gets them again; for people
     */
    PeerReach(LongSupplier nanoTime, Consumer<String> told) {
        this.nanoTime = nanoTime;
        this.told = told;
    }

    /** That node's server answered a question that costs nothing, after so long. */
    synchronized void answered(String node, Duration took) {
        Peer p = peers.computeIfAbsent(node, n -> new Peer());
        p.tookNanos = took.toNanos();
        p.slow = isSlow(node, p.tookNanos) ? p.slow + 1 : 0;
        if (p.out) {
            if (p.slow == 0 && nanoTime.getAsLong() - p.outUntil >= 0) {
                p.out = false;
                p.backSince = nanoTime.getAsLong();
                told.accept(node + " is read again from here");
            }
        } else if (p.slow >= SLOW_ANSWERS) {
            putOut(p, node, "its answers take " + took.toMillis() + " ms");
        }
    }

    /** That node's server cannot be reached, or did not answer in time. */
    synchronized void failed(String node, String why) {
        Peer p = peers.computeIfAbsent(node, n -> new Peer());
        p.slow = SLOW_ANSWERS;
        if (!p.out) {
            putOut(p, node, why);
        }
    }

    /** It says itself that it serves nothing: what comes after that is another matter. */
    synchronized void unknown(String node) {
        Peer p = peers.get(node);
        if (p != null && !p.out) {
            p.slow = 0;
            p.tookNanos = 0;
        }
    }

    private void putOut(Peer p, String node, String why) {
        long now = nanoTime.getAsLong();
        boolean again = p.times > 0 && now - p.backSince < FORGIVEN_NANOS;
        p.times = again ? p.times + 1 : 1;
        p.out = true;
        allWell = false;
        p.outUntil = now + (OUT_NANOS_MIN << Math.min(p.times - 1, DOUBLINGS_MAX));
        told.accept("nothing is read on " + node + " from here: " + why);
    }

    /** Against the quickest of the others. */
    private boolean isSlow(String node, long tookNanos) {
        long quickest = Long.MAX_VALUE;
        for (Map.Entry<String, Peer> other : peers.entrySet()) {
            Peer p = other.getValue();
            if (!other.getKey().equals(node) && !p.out && p.tookNanos > 0) {
                quickest = Math.min(quickest, p.tookNanos);
            }
        }
        return tookNanos > SLOW_NANOS_MIN && quickest < tookNanos / SLOW_FACTOR;
    }

    /** Of the reads that a node could take, how many it gets, in percent; those that are not there get all. */
    Map<String, Integer> shares() {
        return allWell ? Map.of() : sharesNow();
    }

    private synchronized Map<String, Integer> sharesNow() {
        Map<String, Integer> shares = new HashMap<>();
        long now = nanoTime.getAsLong();
        peers.forEach((node, p) -> {
            if (p.out) {
                shares.put(node, 0);
            } else if (p.times > 0 && now - p.backSince < WARM_NANOS) {
                shares.put(node, (int) (FIRST_SHARE + (100 - FIRST_SHARE) * (now - p.backSince) / WARM_NANOS));
            }
        });
        allWell = shares.isEmpty();
        return shares;
    }
}
