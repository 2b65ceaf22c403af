package io.understudy.consensus;

import io.understudy.config.NodeConfig.Peer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private final String self;
    private final Set<Peer> wanted = new HashSet<>();
    private final Resolver resolver;
    private final Duration every;
    private final Map<Peer, PhysicalAddress> known = new HashMap<>();
    private final CopyOnWriteArrayList<PhysicalAddress> addresses = new CopyOnWriteArrayList<>();
    private final CountDownLatch lookedUp;
    private final Map<Peer, Thread> threads = new HashMap<>();

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
        this.self = self;
        peers.stream().filter(p -> !p.name().equals(self)).forEach(wanted::add);
        this.resolver = resolver;
        this.every = every;
        this.lookedUp = new CountDownLatch(wanted.size());
        addresses.add(own);
    }

    /** Begins; returns when every name has been looked up once, or after that time. */
    void start(Duration waitMax) {
        begin();
        try {
            lookedUp.await(waitMax.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on it is these. */
    synchronized void become(Collection<Peer> peers) {
        wanted.clear();
        peers.stream().filter(p -> !p.name().equals(self)).forEach(wanted::add);
        List<Peer> gone =
                threads.keySet().stream().filter(p -> !wanted.contains(p)).toList();
        for (Peer peer : gone) {
            Thread following = threads.remove(peer);
            if (following != null) {
                following.interrupt();
            }
            PhysicalAddress last = known.remove(peer);
            if (last != null && !known.containsValue(last)) {
                addresses.remove(last);
            }
        }
        begin();
    }

    private synchronized void begin() {
        for (Peer peer : wanted) {
            threads.computeIfAbsent(
                    peer, p -> Thread.ofVirtual().name("address-of-" + p.name()).start(() -> follow(p)));
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
        if (!wanted.contains(peer)) {
            return;
        }
        PhysicalAddress before = known.put(peer, address);
        addresses.addIfAbsent(address);
        // Not before the new one is there, and not if another node has it now.
        if (before != null && !known.containsValue(before)) {
            addresses.remove(before);
        }
    }

    @Override
    public synchronized void close() {
        threads.values().forEach(Thread::interrupt);
    }
}
