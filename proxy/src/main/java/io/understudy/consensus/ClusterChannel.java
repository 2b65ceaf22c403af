package io.understudy.consensus;

import io.understudy.config.NodeConfig;
import io.understudy.tls.NodeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;
import org.jgroups.util.ExtendedUUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes' JGroups channel: who is there, and messages between them by name. A killed process is noticed by its closed socket at once, a silent one after
 * the bound. A node that finds nobody is a view of its own until others come.
 */
final class ClusterChannel implements Wire, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterChannel.class);
    private static final String NAME_KEY = "n";
    /** A message that says nothing but that a part of a larger one has come. */
    private static final int RECEIVING = 4;

    private static final long CREDITS = 16L << 20;
    private static final Duration ADDRESS_EVERY = Duration.ofSeconds(2);
    /** A node whose name has no address by then is joined when it has. */
    private static final Duration ADDRESS_WAIT_MAX = Duration.ofMillis(500);

    private final String self;
    private final Optional<NodeTls> tls;
    private final PeerAddresses peerAddresses;
    private final JChannel channel;
    private final Parts parts = new Parts();
    private final Map<String, PeerSender> senders = new ConcurrentHashMap<>();
    private volatile Map<String, Address> addresses = Map.of();

    /** Told what comes; one call at a time for each sender, and for views. Must not wait. */
    interface Handler {
        void viewChanged(long view, List<String> members);

        void received(String from, byte[] message);

        /** That node is sending or receiving a large message. */
        void heard(String node);
    }

    /**
     * @param silence after which a node that says nothing counts as gone
     * @param tls which this starts and closes; empty: messages are plain
     */
    ClusterChannel(String self, List<NodeConfig.Peer> peers, Duration silence, Optional<NodeTls> tls, Handler handler)
            throws IOException {
        this.self = self;
        this.tls = tls;
        NodeConfig.Peer own = own(self, peers);
        InetAddress address = InetAddress.getByName(own.host());
        this.peerAddresses = new PeerAddresses(
                self, new IpAddress(address, own.clusterPort()), peers, InetAddress::getByName, ADDRESS_EVERY);
        try {
            List<Protocol> protocols = new ArrayList<>(List.of(
                    transport(address, own.clusterPort(), tls),
                    discovery(peerAddresses),
                    new MERGE3().setMinInterval(300).setMaxInterval(1000)));
            if (tls.isEmpty()) {
                protocols.add(new FD_SOCK2().setBindAddress(address));
            }
            protocols.addAll(List.of(
                    new FD_ALL3().setTimeout(silence.toMillis()).setInterval(Math.max(20, silence.toMillis() / 6)),
                    new VERIFY_SUSPECT2().setTimeout(50),
                    new NAKACK2(),
                    new UNICAST3(),
                    new STABLE(),
                    membership(),
                    new UFC().setMaxCredits(CREDITS),
                    new FRAG4()));
            this.channel = new JChannel(protocols);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the cluster channel could not be made", e);
        }
        ((PerDestinationBundler) channel.getProtocolStack().getTransport().getBundler()).useSingleSenderThread(false);
        channel.addAddressGenerator(
                () -> ExtendedUUID.randomUUID(self).put(NAME_KEY, self.getBytes(StandardCharsets.UTF_8)));
        channel.setName(self);
        channel.setDiscardOwnMessages(true);
        channel.setReceiver(new Receiver() {
            @Override
            public void receive(Message message) {
                byte[] bytes = new byte[message.getLength()];
                System.arraycopy(message.getArray(), message.getOffset(), bytes, 0, bytes.length);
                received(name(message.getSrc()), bytes, handler);
            }

            @Override
            public void viewAccepted(View view) {
                handler.viewChanged(view.getViewId().getId(), accept(view));
            }
        });
    }

    private void received(String sender, byte[] message, Handler handler) {
        int kind = message.length == 0 ? -1 : message[0];
        if (kind == RECEIVING) {
            handler.heard(sender);
        } else if (kind != Parts.KIND) {
            handler.received(sender, message);
        } else {
            handler.heard(sender);
            sendReceiving(sender);
            byte[] whole = parts.join(sender, message);
            if (whole != null) {
                handler.received(sender, whole);
            }
        }
    }

    private static NodeConfig.Peer own(String self, List<NodeConfig.Peer> peers) {
        return peers.stream()
                .filter(peer -> peer.name().equals(self))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("node " + self + " is not one of " + peers));
    }

    private static TCP transport(InetAddress address, int port, Optional<NodeTls> tls) throws Exception {
        TCP tcp = tls.isPresent() ? new WatchingTcp() : new TCP();
        tls.ifPresent(t -> tcp.setSocketFactory(new EncryptedSockets(t)));
        tcp.tcpNodelay(true);
        tcp.setSockConnTimeout(300);
        tcp.logAcceptError(false);
        tcp.setBindAddress(address);
        tcp.setBindPort(port);
        tcp.setPortRange(0);
        // Connecting to a node that is cut off takes until its time is up; what goes to others must not wait for that.
        tcp.setBundlerType("per-destination");
        // Or it would answer, and obey, whoever asks by multicast.
        tcp.setDiagnosticsHandler(tcp.createDiagnosticsHandler().setEnabled(false));
        return tcp;
    }

    private static TCPPING discovery(PeerAddresses addresses) {
        TCPPING ping = new TCPPING();
        // Not a copy: TCPPING sees what is looked up later.
        ping.setInitialHosts2(addresses.current());
        ping.setPortRange(0);
        return ping;
    }

    private static GMS membership() {
        GMS membership = new GMS();
        membership.setJoinTimeout(500);
        membership.setLeaveTimeout(300);
        membership.setViewAckCollectionTimeout(300);
        membership.setMergeTimeout(2000);
        membership.setMaxJoinAttempts(3);
        membership.printLocalAddress(false);
        return membership;
    }

    /** From now on it is these that this node looks for. */
    void look(Collection<NodeConfig.Peer> peers) {
        peerAddresses.become(peers);
    }

    /** Joins; returns when the first view is there, which may hold this node alone. */
    void connect(String cluster) throws IOException {
        tls.ifPresent(NodeTls::start);
        peerAddresses.start(ADDRESS_WAIT_MAX);
        try {
            channel.connect(cluster);
        } catch (Exception e) {
            throw new IOException("cannot join the cluster: " + e.getMessage(), e);
        }
    }

    private List<String> accept(View view) {
        Map<String, Address> found = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (Address address : view.getMembers()) {
            String name = name(address);
            // A restarted node may be there twice for a moment; the later one is the living.
            if (found.put(name, address) == null) {
                names.add(name);
            }
        }
        addresses = Map.copyOf(found);
        parts.retain(names);
        return names;
    }

    private static String name(Address address) {
        byte[] name = address instanceof ExtendedUUID extended ? extended.get(NAME_KEY) : null;
        return name == null ? address.toString() : new String(name, StandardCharsets.UTF_8);
    }

    @Override
    public void send(String node, byte[] message) {
        if (!node.equals(self) && addresses.containsKey(node)) {
            senders.computeIfAbsent(
                            node,
                            peer -> new PeerSender(peer, bytes -> parts.split(bytes, part -> sendNow(peer, part))))
                    .offer(message);
        }
    }

    private void sendNow(String node, byte[] message) {
        Address address = addresses.get(node);
        if (address == null) {
            return;
        }
        try {
            channel.send(new BytesMessage(address, message));
        } catch (Exception e) {
            LOG.debug("Not sent to {}: {}", node, e.toString());
        }
    }

    /** On the receiving thread, so without waiting for credits. */
    private void sendReceiving(String node) {
        Address address = addresses.get(node);
        if (address != null) {
            try {
                channel.send(new BytesMessage(address, new byte[] {(byte) RECEIVING})
                        .setFlag(Message.Flag.OOB, Message.Flag.NO_FC));
            } catch (Exception e) {
                LOG.debug("Not sent to {}: {}", node, e.toString());
            }
        }
    }

    @Override
    public void close() {
        peerAddresses.close();
        channel.close();
        senders.values().forEach(PeerSender::close);
        tls.ifPresent(NodeTls::close);
    }

    JChannel channel() {
        return channel;
    }
}
