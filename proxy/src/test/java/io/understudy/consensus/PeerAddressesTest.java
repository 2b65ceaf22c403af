package io.understudy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.config.NodeConfig.Peer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jgroups.PhysicalAddress;
import org.jgroups.stack.IpAddress;
import org.junit.jupiter.api.Test;

class PeerAddressesTest {
    private static final List<Peer> PEERS =
            List.of(new Peer("n1", "h1", 7800), new Peer("n2", "h2", 7800), new Peer("n3", "h3", 7800));
    private static final Duration OFTEN = Duration.ofMillis(5);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Map<String, String> names = new ConcurrentHashMap<>(Map.of("h1", "10.0.0.1", "h2", "10.0.0.2"));

    @Test
    void aHostThatComesLaterIsFound() throws Exception {
        try (PeerAddresses addresses = started(this::resolve)) {
            assertThat(addresses.current()).containsExactlyInAnyOrder(address("10.0.0.1"), address("10.0.0.2"));
            names.put("h3", "10.0.0.3");
            awaitExactly(addresses, "10.0.0.1", "10.0.0.2", "10.0.0.3");
        }
    }

    @Test
    void aHostThatIsAwayKeepsItsAddressUntilItHasAnother() throws Exception {
        try (PeerAddresses addresses = started(this::resolve)) {
            names.remove("h2");
            names.put("h3", "10.0.0.3");
            awaitExactly(addresses, "10.0.0.1", "10.0.0.2", "10.0.0.3");
            names.put("h2", "10.0.0.4");
            awaitExactly(addresses, "10.0.0.1", "10.0.0.3", "10.0.0.4");
        }
    }

    @Test
    void hostsMayExchangeTheirAddresses() throws Exception {
        names.put("h3", "10.0.0.3");
        try (PeerAddresses addresses = started(this::resolve)) {
            names.put("h2", "10.0.0.3");
            awaitExactly(addresses, "10.0.0.1", "10.0.0.3");
            names.put("h3", "10.0.0.2");
            awaitExactly(addresses, "10.0.0.1", "10.0.0.2", "10.0.0.3");
        }
    }

    @Test
    void aSlowNameHoldsUpNeitherStartNorTheOthers() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        PeerAddresses.Resolver resolver = host -> {
            if (host.equals("h3")) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new UnknownHostException(host);
                }
            }
            return resolve(host);
        };
        try (PeerAddresses addresses = new PeerAddresses("n1", address("10.0.0.1"), PEERS, resolver, OFTEN)) {
            addresses.start(Duration.ofMillis(1));
            awaitExactly(addresses, "10.0.0.1", "10.0.0.2");
            names.put("h2", "10.0.0.5");
            awaitExactly(addresses, "10.0.0.1", "10.0.0.5");
        }
    }

    private PeerAddresses started(PeerAddresses.Resolver resolver) throws UnknownHostException {
        PeerAddresses addresses = new PeerAddresses("n1", address("10.0.0.1"), PEERS, resolver, OFTEN);
        addresses.start(LONG);
        return addresses;
    }

    private InetAddress resolve(String host) throws UnknownHostException {
        String address = names.get(host);
        if (address == null) {
            throw new UnknownHostException(host);
        }
        return InetAddress.getByName(address);
    }

    private static PhysicalAddress address(String host) throws UnknownHostException {
        return new IpAddress(host, 7800);
    }

    private static void awaitExactly(PeerAddresses addresses, String... hosts) {
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(addresses.current()).hasSize(hosts.length);
            for (String host : hosts) {
                assertThat(addresses.current()).contains(address(host));
            }
        });
    }
}
