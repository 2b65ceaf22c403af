package io.understudy.node;

import io.understudy.capture.ForeignWrites;
import io.understudy.capture.Guard;
import io.understudy.repair.Quarantine;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, every second, whether somebody has written into this node's database behind the proxy, or taken the guard away that would show it. It sees what the capture triggers
 * see; what was written around those too is found by verification. One thread of its own.
 */
final class ForeignWriteWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignWriteWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final LocalServer local;
    private final BooleanSupplier follows;
    private final BooleanSupplier master;
    private final Quarantine quarantine;
    private final Consumer<String> onReplica;
    private final Consumer<String> onMaster;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param follows whether replay goes on and the database is set up
     * @param master whether this node executes transactions, or has just done so
     * @param onReplica told what was found on a replica, which is wrong then
     * @param onMaster told what was found on a master; told once of each finding
     */
    ForeignWriteWatch(
            LocalServer local,
            BooleanSupplier follows,
            BooleanSupplier master,
            Quarantine quarantine,
            Consumer<String> onReplica,
            Consumer<String> onMaster) {
        this.local = local;
        this.follows = follows;
        this.master = master;
        this.quarantine = quarantine;
        this.onReplica = onReplica;
        this.onMaster = onMaster;
        this.thread = Thread.ofPlatform().name("foreign-writes").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                Thread.sleep(EVERY);
                if (follows.getAsBoolean() && !quarantine.isOn()) {
                    look();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try (Connection c = local.source().getConnection()) {
            if (local.adopting()) {
                ForeignWrites.forget(c);
                return;
            }
            List<String> found = ForeignWrites.seen(c);
            if (!found.isEmpty()) {
                String what = "somebody has written into this node's PostgreSQL, not through Understudy: " + found;
                if (master.getAsBoolean()) {
                    // whether it is still in the log's state is for the comparison with the others to say
                    ForeignWrites.forget(c);
                    onMaster.accept(what);
                } else {
                    onReplica.accept(what);
                }
                return;
            }
            List<String> missing = Guard.missing(c);
            if (!missing.isEmpty() && !master.getAsBoolean()) {
                onReplica.accept("event triggers of the guard are missing or off: " + missing);
            }
        } catch (SQLException e) {
            LOG.debug("foreign writes could not be looked for", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
