package io.understudy.consensus;

import io.understudy.log.LoggedMember;
import io.understudy.log.StatementLog.Leadership;
import java.util.List;
import java.util.stream.Collectors;

/** Something about the cluster that people should be able to read afterwards: how a view led to votes, and votes to a leader. */
public sealed interface ConsensusEvent {

    /** The event in a line. */
    String text();

    /**
     * JGroups installed a view.
     *
     * @param view its number
     * @param members names of the nodes in it, in its order
     * @param withoutLeader name of the leader that is not in it; empty if that is not so
     */
    record ViewChanged(long view, List<String> members, String withoutLeader) implements ConsensusEvent {
        public ViewChanged {
            members = List.copyOf(members);
        }

        @Override
        public String text() {
            return "view " + view + " {" + String.join(",", members) + "}"
                    + (withoutLeader.isEmpty() ? "" : " without leader " + withoutLeader);
        }
    }

    /** This node gave its vote. */
    record Voted(String voter, String candidate, long term) implements ConsensusEvent {
        @Override
        public String text() {
            return voter + " votes for " + candidate + " in term " + term;
        }
    }

    /** What this node knows of leadership changed. */
    record LeadershipChanged(Leadership leadership) implements ConsensusEvent {
        @Override
        public String text() {
            return (leadership.leader().isEmpty() ? "no leader" : leadership.leader() + " leads") + " in term "
                    + leadership.term() + (leadership.majority() ? "" : ", no majority in view");
        }
    }

    /**
     * The other nodes no longer have the entries that come after this node's last one: its log begins anew, and so must the node.
     *
     * @param index the last entry that is not in it
     */
    record LogRestarted(long index) implements ConsensusEvent {
        @Override
        public String text() {
            return "this node was away longer than the others keep the log, which begins after entry " + index + " now";
        }
    }

    /** Who belongs to the cluster changed. */
    record MembersChanged(List<LoggedMember> members) implements ConsensusEvent {
        public MembersChanged {
            members = List.copyOf(members);
        }

        @Override
        public String text() {
            return "the cluster is "
                    + members.stream()
                            .map(m -> m.name() + (m.votes() ? "" : " (no vote yet)"))
                            .collect(Collectors.joining(", "));
        }
    }

    /** This node was removed from the cluster: it must end. */
    record Removed(String node) implements ConsensusEvent {
        @Override
        public String text() {
            return node + " was removed from the cluster";
        }
    }
}
