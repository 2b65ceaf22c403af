package io.understudy.consensus;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Sends to one other node on a thread of its own, so that a node that does not read holds up nobody else. Bounded: what does not fit is dropped, as on
 * any network, and consensus sends it again.
 */
final class PeerSender implements AutoCloseable {
    private static final long BYTES_MAX = 64L << 20;
    private static final int MESSAGES_MAX = 50_000;

    private final LinkedBlockingQueue<byte[]> queue = new LinkedBlockingQueue<>(MESSAGES_MAX);
    private final AtomicLong bytes = new AtomicLong();
    private final Consumer<byte[]> send;
    private final Thread thread;

    /** @param send sends; may wait */
    PeerSender(String peer, Consumer<byte[]> send) {
        this.send = send;
        this.thread = Thread.ofPlatform().daemon().name("send-to-" + peer).start(this::run);
    }

    /** Never waits. */
    void offer(byte[] message) {
        long before = bytes.getAndAdd(message.length);
        boolean fits = before == 0 || before + message.length <= BYTES_MAX;
        if (!fits || !queue.offer(message)) {
            bytes.addAndGet(-message.length);
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                byte[] message = queue.take();
                try {
                    send.accept(message);
                } finally {
                    bytes.addAndGet(-message.length);
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
