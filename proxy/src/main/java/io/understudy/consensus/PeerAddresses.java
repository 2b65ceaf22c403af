package io.understudy.consensus;

import io.understudy.config.NodeConfig.Peer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jgroups.PhysicalAddress;
import org.jgroups.stack.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes' addresses by their host names, looked up again and again: a container that is not there yet has no address, and one that comes back may have another.
 * A name that cannot be resolved keeps the address it had. A look-up may take seconds, so each name has a thread of its own.
 */
final class PeerAddresses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerAddresses.class);

    private final List<Peer> others;
    private final Resolver resolver;
    private final Duration every;
    private final Map<Peer, PhysicalAddress> known = new HashMap<>();
    private final CopyOnWriteArrayList<PhysicalAddress> addresses = new CopyOnWriteArrayList<>();
    private final CountDownLatch lookedUp;
    private List<Thread> threads = List.of();

    /** Finds a host's address; may wait. */
    @FunctionalInterface
    interface Resolver {
        InetAddress resolve(String host) throws UnknownHostException;
    }

    /**
     * Looks up nothing yet.
     *
     * @param own this node's address, which is always among the {@link #current} ones
     * @param every how long an address is taken for granted
     */
    PeerAddresses(String self, PhysicalAddress own, List<Peer> peers, Resolver resolver, Duration every) {
        this.others = peers.stream().filter(p -> !p.name().equals(self)).toList();
        this.resolver = resolver;
        this.every = every;
        this.lookedUp = new CountDownLatch(others.size());
        addresses.add(own);
    }

    /** Begins; returns when every name has been looked up once, or after that time. */
    void start(Duration waitMax) {
        threads = others.stream()
                .map(peer ->
                        Thread.ofVirtual().name("address-of-" + peer.name()).start(() -> follow(peer)))
                .toList();
        try {
            lookedUp.await(waitMax.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As known now, never empty. The collection itself changes while it is used. */
    Collection<PhysicalAddress> current() {
        return addresses;
    }

    private void follow(Peer peer) {
        try {
            lookUp(peer);
            lookedUp.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(every);
                lookUp(peer);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void lookUp(Peer peer) {
        try {
            found(peer, new IpAddress(resolver.resolve(peer.host()), peer.clusterPort()));
        } catch (UnknownHostException e) {
            LOG.debug("{}, the host of {}, has no address now", peer.host(), peer.name());
        }
    }

    private synchronized void found(Peer peer, PhysicalAddress address) {
        PhysicalAddress before = known.put(peer, address);
        addresses.addIfAbsent(address);
        // Not before the new one is there, and not if another node has it now.
        if (before != null && !known.containsValue(before)) {
            addresses.remove(before);
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
