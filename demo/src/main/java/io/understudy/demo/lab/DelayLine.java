package io.understudy.demo.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A network device (TUN) that gives each packet back after a while, in order: what is routed into it comes out of it late. Kernels without netem can delay nothing by
 * themselves. It is a process of its own, because a process is in one network namespace.
 */
public final class DelayLine {
    private static final int PACKET_BYTES_MAX = 65_536;
    private static final int READ_WRITE = 2;
    private static final long TUNSETIFF = 0x400454caL;
    /** IFF_TUN, IFF_NO_PI. */
    private static final short FLAGS = 0x1001;

    private static final int NAME_BYTES = 16;
    private static final int REQUEST_BYTES = 40;
    private static final int PACKETS_MAX = 10_000;
    private static final String READY = "ready";

    private final MethodHandle read = function("read", ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    private final MethodHandle write = function("write", ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    private final java.util.concurrent.BlockingQueue<Packet> packets =
            new java.util.concurrent.ArrayBlockingQueue<>(PACKETS_MAX);
    private final int descriptor;

    private record Packet(byte[] bytes, long dueNanos) {}

    private DelayLine(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Starts one in a network namespace; returns when the device is there. */
    static Process start(Path namespace, String device, Duration least, Duration most) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        "nsenter",
                        "--net=" + namespace,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DelayLine.class.getName(),
                        device,
                        Long.toString(least.toMillis()),
                        Long.toString(most.toMillis())))
                .redirectErrorStream(true)
                .start();
        String line = process.inputReader(StandardCharsets.UTF_8).readLine();
        if (!READY.equals(line)) {
            process.destroyForcibly();
            throw new IOException("packets cannot be delayed: " + line);
        }
        return process;
    }

    /** Arguments: the device's name, the least and the longest delay in milliseconds. Ends with its input. */
    public static void main(String[] arguments) throws Throwable {
        DelayLine line = new DelayLine(open(arguments[0]));
        long least = Duration.ofMillis(Long.parseLong(arguments[1])).toNanos();
        long most = Duration.ofMillis(Long.parseLong(arguments[2])).toNanos();
        Thread.ofPlatform().daemon().start(() -> line.takeIn(least, most));
        Thread.ofPlatform().daemon().start(line::giveOut);
        System.out.println(READY);
        // The input ends when the process that wants the delay has ended, however it did.
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
    }

    private static int open(String device) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        MethodHandle ioctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) open.invokeExact(arena.allocateFrom("/dev/net/tun"), READ_WRITE);
            MemorySegment request = arena.allocate(REQUEST_BYTES);
            request.setString(0, device);
            request.set(ValueLayout.JAVA_SHORT, NAME_BYTES, FLAGS);
            if (descriptor < 0 || (int) ioctl.invokeExact(descriptor, TUNSETIFF, request) != 0) {
                throw new IOException("/dev/net/tun gives no device " + device);
            }
            return descriptor;
        }
    }

    private static MethodHandle function(String name, ValueLayout.OfLong result, ValueLayout buffer) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, ValueLayout.JAVA_INT, buffer, ValueLayout.JAVA_LONG));
    }

    private void takeIn(long least, long most) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(PACKET_BYTES_MAX);
            long last = System.nanoTime();
            while (true) {
                long length = (long) read.invokeExact(descriptor, buffer, (long) PACKET_BYTES_MAX);
                if (length <= 0) {
                    continue;
                }
                long wait = least == most ? least : ThreadLocalRandom.current().nextLong(least, most);
                last = Math.max(last, System.nanoTime() + wait);
                // One too many is lost, as in any full queue.
                boolean taken =
                        packets.offer(new Packet(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), last));
                assert taken || packets.remainingCapacity() == 0;
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private void giveOut() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(PACKET_BYTES_MAX);
            while (true) {
                Packet packet = packets.take();
                long left = packet.dueNanos() - System.nanoTime();
                if (left > 0) {
                    Thread.sleep(Duration.ofNanos(left));
                }
                MemorySegment.copy(packet.bytes(), 0, buffer, ValueLayout.JAVA_BYTE, 0, packet.bytes().length);
                long ignored = (long) write.invokeExact(descriptor, buffer, (long) packet.bytes().length);
                assert ignored <= packet.bytes().length;
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
