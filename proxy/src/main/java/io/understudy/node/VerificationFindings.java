package io.understudy.node;

import io.understudy.admin.Resyncs;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.event.EventLog;
import io.understudy.repair.Blame;
import io.understudy.repair.DatabaseSums;
import io.understudy.repair.LoggedSequences;
import io.understudy.repair.VerificationReport;
import io.understudy.repair.VerificationReport.Difference;
import io.understudy.replay.DdlHistory;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who is wrong by what a comparison has found, told to them: they go into quarantine. Used on the master. */
final class VerificationFindings {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int REASON_CHARS_MAX = 1500;

    private final NodeConfig config;
    private final ReplicatedLog log;
    private final PeerApi peers;
    private final EventLog events;
    private volatile @Nullable Resyncs here;

    VerificationFindings(NodeConfig config, ReplicatedLog log, PeerApi peers, EventLog events) {
        this.config = config;
        this.log = log;
        this.peers = peers;
        this.events = events;
    }

    void here(Resyncs resyncs) {
        here = resyncs;
    }

    /** Sequences that do not stand alike on replicas. On a busy master they are ahead of the log, so it does not count. */
    List<Difference> sequences(Map<String, DatabaseSums> found) {
        Map<String, DatabaseSums> replicas = new TreeMap<>(found);
        replicas.remove(config.node());
        if (replicas.size() > 1) {
            return VerificationReport.compare(replicas).sequences();
        }
        return List.of();
    }

    /** Whether no DDL is in the log after {@code since}, as far as that is committed now. */
    boolean schemaRested(long since) throws IOException {
        return !new DdlHistory(log).between(since, log.committedIndex());
    }

    /**
     * Decides and acts.
     *
     * @param texts of the findings, for people
     * @return names of the nodes that are wrong
     */
    List<String> judge(
            Collection<Difference> tables,
            List<Difference> sequences,
            List<Difference> objects,
            long index,
            List<String> texts)
            throws IOException, InterruptedException {
        Map<String, List<String>> wrong = new TreeMap<>(
                Blame.of(Stream.concat(tables.stream(), objects.stream()).toList(), config.node()));
        LoggedSequences logged = new LoggedSequences(log);
        for (Difference d : sequences) {
            logged.wrong(d, index)
                    .forEach(node -> wrong.computeIfAbsent(node, n -> new ArrayList<>())
                            .add("sequence " + d.name() + ": " + d.found()));
        }
        for (Map.Entry<String, List<String>> w : wrong.entrySet()) {
            String names = String.join("; ", w.getValue());
            String reason = "differs from the other nodes at entry " + index + ": "
                    + texts.stream()
                            .filter(t ->
                                    w.getValue().stream().anyMatch(v -> t.contains(v.substring(0, v.indexOf(':')))))
                            .findFirst()
                            .orElse(names);
            tell(w.getKey(), reason.length() > REASON_CHARS_MAX ? reason.substring(0, REASON_CHARS_MAX) : reason);
        }
        return List.copyOf(wrong.keySet());
    }

    private void tell(String node, String reason) throws InterruptedException {
        Resyncs own = here;
        if (node.equals(config.node()) && own != null) {
            own.quarantine(reason);
            return;
        }
        NodeStatus other = log.peers().get(node);
        try {
            if (other == null) {
                throw new IOException("it is not in view");
            }
            PeerApi.Answer answer = peers.post(
                    other,
                    "/api/v1/quarantine?reason=" + URLEncoder.encode(reason, StandardCharsets.UTF_8),
                    ANSWER_MAX);
            if (answer.status() != 202) {
                throw new IOException(answer.error());
            }
            events.add("quarantine", node + " goes into quarantine: " + reason);
        } catch (IOException e) {
            // the next comparison finds it again
            events.add("quarantine", node + " is wrong and could not be told (" + e.getMessage() + "): " + reason);
        }
    }
}
