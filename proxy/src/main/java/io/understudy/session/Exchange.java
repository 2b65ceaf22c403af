package io.understudy.session;

import io.understudy.backend.Backend;
import java.io.IOException;

/** Sends work to a server and carries its answers to the client. For the session's own thread. */
final class Exchange {
    private static final int WRITTEN_AT_ONCE_BYTES_MAX = 1 << 15;

    private final SessionState session;
    private final Relay relay;

    Exchange(SessionState session, Relay relay) {
        this.session = session;
        this.relay = relay;
    }

    /**
     * The whole of it.
     *
     * @param answers what is owed already
     * @throws IOException if the client is gone; the connection to the server is discarded then
     */
    void run(Lease lease, Work work, Relay.Watch w, Answers answers) throws IOException, BackendGone {
        Backend b = lease.backend();
        session.working(b);
        w.work = work;
        work.plan(b, answers);
        try {
            if (work.bytes() > WRITTEN_AT_ONCE_BYTES_MAX) {
                large(b, work, w, answers);
            } else {
                write(b, work);
                relay.run(b, answers, w);
            }
        } catch (IOException e) {
            // the client's connection: nobody wants what still runs for it
            b.cancel();
            b.discard();
            throw e;
        }
    }

    /** Only what was written before. */
    void owed(Backend backend, Answers answers, Relay.Watch w) throws IOException, BackendGone {
        try {
            backend.out().flush();
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
        relay.run(backend, answers, w);
    }

    private static void write(Backend b, Work work) throws BackendGone {
        try {
            work.write(b);
            b.out().flush();
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
    }

    /** Written by a second thread while this one reads: server and proxy could each wait for the other to read. */
    private void large(Backend b, Work work, Relay.Watch w, Answers answers) throws IOException, BackendGone {
        Thread writer = Thread.startVirtualThread(() -> {
            try {
                work.write(b);
                b.out().flush();
            } catch (IOException | RuntimeException e) {
                b.discard();
            }
        });
        try {
            relay.run(b, answers, w);
        } catch (IOException | BackendGone e) {
            // or the writer might wait for ever for a server that nobody reads from
            b.cancel();
            b.discard();
            throw e;
        } finally {
            joinUninterrupted(writer);
        }
    }

    private static void joinUninterrupted(Thread writer) {
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
