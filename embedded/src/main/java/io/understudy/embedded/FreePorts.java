package io.understudy.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * TCP ports of the loopback address that nobody listens on. They are taken from below the range the system gives to outgoing connections, so that one is unlikely
 * to be gone by the time it is used.
 */
public final class FreePorts {
    private static final int FROM = 20_000;
    private static final int TO = 32_000;
    private static final int ATTEMPTS_MAX = 10_000;
    private static final int WATCHING_OFFSET = 100;
    private static final int WATCHING_PORTS = 4;

    private FreePorts() {}

    /** One free port. */
    public static int one() throws IOException {
        return several(1).getFirst();
    }

    /**
     * Different free ports, none of which is where JGroups' FD_SOCK2 listens for a node that has another one as its cluster port.
     *
     * @param count 1..1000
     */
    public static List<Integer> several(int count) throws IOException {
        return several(count, Set.of());
    }

    /**
     * The same, none of which gets in the way of those that are taken.
     *
     * @param count 1..1000
     */
    public static List<Integer> several(int count, Set<Integer> taken) throws IOException {
        if (count < 1 || count > 1000) {
            throw new IllegalArgumentException("count " + count);
        }
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < ATTEMPTS_MAX && ports.size() < count; i++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            boolean apart = Stream.concat(taken.stream(), ports.stream())
                    .noneMatch(p -> p == port || isWatching(p, port) || isWatching(port, p));
            if (apart && isFree(port)) {
                ports.add(port);
            }
        }
        if (ports.size() < count) {
            throw new IOException("no " + count + " free ports between " + FROM + " and " + TO);
        }
        return List.copyOf(ports);
    }

    /** FD_SOCK2 takes the first free one of those. */
    private static boolean isWatching(int port, int cluster) {
        return port >= cluster + WATCHING_OFFSET && port < cluster + WATCHING_OFFSET + WATCHING_PORTS;
    }

    /** Whether nobody listens on that port of the loopback address. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
