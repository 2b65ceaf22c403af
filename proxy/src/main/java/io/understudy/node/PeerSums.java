package io.understudy.node;

import io.understudy.admin.NodeSums.Sums;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Asks other nodes what they found at a verification point. */
final class PeerSums {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private final PeerApi peers;

    PeerSums(PeerApi peers) {
        this.peers = peers;
    }

    /** Empty while the node has not come to that point. */
    Optional<Sums> ask(NodeStatus node, UUID point) throws IOException, InterruptedException {
        PeerApi.Answer answer = peers.get(node, "/api/v1/verify/" + point + "/sums", ANSWER_MAX);
        return switch (answer.status()) {
            case 200 -> Optional.of(peers.as(answer.body(), Sums.class));
            case 404 -> Optional.empty();
            default -> throw new IOException(node.name() + " answers " + answer.status());
        };
    }
}
