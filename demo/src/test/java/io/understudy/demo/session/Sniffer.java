package io.understudy.demo.session;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Sees every TCP packet of this machine (IPv4), and notes the ports at whose connections a text went by in plain. Only root may have one. */
final class Sniffer implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    /** ETH_P_IP, in network order. */
    private static final int IP = 0x0008;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUF = 8;
    private static final int BUFFER_BYTES = 8 << 20;
    private static final int ETHERNET_BYTES = 14;
    private static final int TCP = 6;
    private static final int PACKET_BYTES_MAX = 1 << 16;

    private final int descriptor;
    private final String text;
    private final Set<Integer> busy = new ConcurrentSkipListSet<>();
    private final Set<Integer> plain = new ConcurrentSkipListSet<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("sniffer").unstarted(this::listen);
    private volatile boolean closed;

    private Sniffer(int descriptor, String text) {
        this.descriptor = descriptor;
        this.text = text;
    }

    /** Listens for that text, of ASCII, from now on; empty if this process may not. */
    static Optional<Sniffer> listeningFor(String text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) function("socket", 3).invokeExact(AF_PACKET, SOCK_RAW, IP);
            if (descriptor < 0) {
                return Optional.empty();
            }
            MethodHandle set = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("setsockopt"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT));
            MemorySegment time = arena.allocate(16, 8);
            time.set(ValueLayout.JAVA_LONG, 8, 100_000);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_INT, BUFFER_BYTES);
            if ((int) set.invokeExact(descriptor, SOL_SOCKET, SO_RCVTIMEO, time, 16) != 0
                    || (int) set.invokeExact(descriptor, SOL_SOCKET, SO_RCVBUF, bytes, 4) != 0) {
                throw new IOException("the packet socket cannot be set up");
            }
            Sniffer sniffer = new Sniffer(descriptor, text);
            sniffer.thread.start();
            return Optional.of(sniffer);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    private static MethodHandle function(String name, int arguments) {
        ValueLayout[] ints = new ValueLayout[arguments];
        Arrays.fill(ints, ValueLayout.JAVA_INT);
        return Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow(name),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ints));
    }

    private void listen() {
        MethodHandle read = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("read"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(PACKET_BYTES_MAX + ETHERNET_BYTES);
            while (!closed) {
                long n = (long) read.invokeExact(descriptor, buffer, buffer.byteSize());
                if (n > ETHERNET_BYTES) {
                    packet(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
                }
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private void packet(byte[] frame) {
        int tcp = ETHERNET_BYTES + (frame[ETHERNET_BYTES] & 0xf) * 4;
        if (frame.length < tcp + 20 || frame[ETHERNET_BYTES + 9] != TCP) {
            return;
        }
        List<Integer> ports = List.of(port(frame, tcp), port(frame, tcp + 2));
        int data = tcp + ((frame[tcp + 12] >> 4) & 0xf) * 4;
        if (frame.length <= data) {
            return;
        }
        busy.addAll(ports);
        if (new String(frame, data, frame.length - data, StandardCharsets.ISO_8859_1).contains(text)) {
            plain.addAll(ports);
        }
    }

    private static int port(byte[] frame, int at) {
        return (frame[at] & 0xff) << 8 | frame[at + 1] & 0xff;
    }

    /** Ports at whose connections anything was said. */
    Set<Integer> busy() {
        return Set.copyOf(busy);
    }

    /** Ports at whose connections the text was said. */
    Set<Integer> plain() {
        return Set.copyOf(plain);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            thread.join();
            int ignored = (int) function("close", 1).invokeExact(descriptor);
            assert ignored <= 0;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }
}
