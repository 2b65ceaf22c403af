package io.understudy.consensus;

import io.understudy.config.NodeConfig.Peer;
import io.understudy.log.LoggedMember;
import java.util.List;

/**
 * What a node's settings say of who belongs to the cluster: what holds as long as the log says nothing else.
 *
 * @param life what this node's first life is called if it has none yet; empty if it is one of those that the cluster is formed of, and not added to it later
 */
record Founding(String node, List<LoggedMember> members, String life) {
    Founding {
        members = List.copyOf(members);
    }

    static Founding of(String node, List<Peer> peers, String life) {
        return new Founding(
                node,
                peers.stream()
                        .map(p -> new LoggedMember(p.name(), "", p.host(), p.clusterPort(), true))
                        .toList(),
                life);
    }

    /** Names of those that the cluster is formed of; none if this node is not one of them. */
    List<String> names() {
        return life.isEmpty()
                ? members.stream().map(LoggedMember::name).sorted().toList()
                : List.of();
    }

    /** What holds before anything in the log says otherwise. */
    Membership membership(VoteFile.Vote vote) {
        if (vote.members().isEmpty()) {
            return new Membership(
                    0, members.stream().filter(m -> !m.name().equals(node)).toList());
        }
        return new Membership(0, vote.members().stream().map(this::known).toList());
    }

    private LoggedMember known(String name) {
        return members.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseGet(() -> new LoggedMember(name, "", "", 0, true));
    }
}
