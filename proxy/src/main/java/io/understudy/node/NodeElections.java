package io.understudy.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.admin.ElectionFeed;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.election.Election;
import io.understudy.election.ElectionBook;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list of elections, completed by what other nodes remember: votes are known to who gave them, and when a master opened to those who were there. They are asked
 * some seconds after something new was heard.
 *
 * <h2>Threads</h2>
 * One of its own asks; the rest is for any.
 */
final class NodeElections implements ElectionFeed, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeElections.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** A second time for what a node had not seen yet at the first. */
    private static final int ASKED_MAX = 3;

    private final ElectionBook book;
    private final ReplicatedLog log;
    private final PeerApi peers;
    private final Thread thread =
            Thread.ofPlatform().name("ask-elections").daemon().unstarted(this::run);
    private final Map<Asked, Integer> asked = new HashMap<>();
    private volatile boolean closed;

    /** What was asked for: the newest election, of a run of a node. */
    private record Asked(UUID process, long epoch) {}

    NodeElections(ElectionBook book, ReplicatedLog log, PeerApi peers) {
        this.book = book;
        this.log = log;
        this.peers = peers;
    }

    void start() {
        thread.start();
    }

    /** This node accepts writes since then. */
    void opened(long epoch, Instant at) {
        book.opened(epoch, at);
    }

    private void run() {
        try {
            while (!closed) {
                Thread.sleep(PERIOD);
                List<Election> own = book.own();
                if (!own.isEmpty()) {
                    askAll(own.getFirst().epoch());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void askAll(long epoch) throws InterruptedException {
        asked.keySet().removeIf(a -> a.epoch() < epoch);
        for (NodeStatus node : log.peers().values()) {
            if (asked.merge(new Asked(node.process(), epoch), 1, Integer::sum) <= ASKED_MAX) {
                ask(node);
            }
        }
    }

    private void ask(NodeStatus node) throws InterruptedException {
        try {
            PeerApi.Answer answer = peers.get(node, "/api/v1/elections?own=true");
            for (JsonNode line : answer.body().path("elections")) {
                long epoch = line.path("epoch").asLong();
                if (line.path("exactlyOpened").asBoolean()) {
                    book.opened(epoch, Instant.parse(line.path("openedAt").asText()));
                }
                List<Election.Step> steps = new java.util.ArrayList<>();
                for (JsonNode s : line.path("steps")) {
                    steps.add(new Election.Step(
                            Instant.parse(s.path("at").asText()),
                            s.path("node").asText(),
                            s.path("kind").asText(),
                            s.path("text").asText()));
                }
                book.told(node.name(), epoch, steps);
            }
        } catch (IOException e) {
            LOG.debug("{} was not asked for elections", node.name(), e);
        }
    }

    @Override
    public List<Election> all() {
        return book.all();
    }

    @Override
    public List<Election> own() {
        return book.own();
    }

    @Override
    public long version() {
        return book.version();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        book.close();
    }
}
