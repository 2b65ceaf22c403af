package io.understudy.node;

import io.understudy.execution.CommitProtocol;
import io.understudy.execution.Stage;
import io.understudy.execution.StageTimes;
import io.understudy.session.ClientListener;
import io.understudy.topology.NodeLoad;
import io.understudy.topology.NodeLoad.StageTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;

/** What this node has done, read anew four times a second at most: the status it is part of goes to the others after every change. Safe for use by many threads. */
final class LoadMeter {
    private static final Duration AGE_MAX = Duration.ofMillis(250);

    private final long startedMicros = micros(Instant.now());
    private final LocalServices services;
    private final CommitProtocol protocol;
    private final StageTimes times;
    private final ClientListener clients;
    private volatile Opening opening = new Opening(0, 0);
    private volatile Reading last = new Reading(NodeLoad.NONE, System.nanoTime() - AGE_MAX.toNanos());

    private record Opening(long epoch, long micros) {}

    private record Reading(NodeLoad load, long nanos) {}

    LoadMeter(LocalServices services, CommitProtocol protocol, StageTimes times, ClientListener clients) {
        this.services = services;
        this.protocol = protocol;
        this.times = times;
        this.clients = clients;
    }

    /** This node accepts writes since now. */
    void opened(long epoch, Instant at) {
        opening = new Opening(epoch, micros(at));
        last = new Reading(read(), System.nanoTime());
    }

    NodeLoad load() {
        Reading r = last;
        if (System.nanoTime() - r.nanos() < AGE_MAX.toNanos()) {
            return r.load();
        }
        NodeLoad now = read();
        last = new Reading(now, System.nanoTime());
        return now;
    }

    private NodeLoad read() {
        Opening o = opening;
        return new NodeLoad(
                startedMicros,
                o.epoch(),
                o.micros(),
                clients.sessions(),
                times.count(Stage.LOCAL_COMMIT),
                protocol.forms().statements(),
                protocol.forms().rows(),
                services.reads(),
                services.readTimes(),
                Arrays.stream(Stage.values()).map(this::stage).toList());
    }

    private StageTime stage(Stage s) {
        return new StageTime(
                s.name().toLowerCase(Locale.ROOT),
                times.count(s),
                (long) (times.seconds(s) * 1e6),
                times.quantileMicros(s, 0.5),
                times.quantileMicros(s, 0.99));
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
