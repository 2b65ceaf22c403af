package io.understudy.consensus;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.EntryFormatException;
import io.understudy.log.LoggedMember;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the leader is asked to change about who belongs to the cluster. Asked again for what is so already, it does nothing. */
sealed interface MembershipChange {

    /** The node gets the log from now on, without a vote yet. */
    record Add(LoggedMember node) implements MembershipChange {
        @Override
        public Optional<Membership> on(Membership now) {
            // One at a time: who is about to get the log must have it before the next.
            boolean one = now.members().stream().allMatch(LoggedMember::votes);
            return one && now.named(node.name()).isEmpty() ? Optional.of(with(now, node)) : Optional.empty();
        }

        @Override
        public String reason() {
            return node.name() + " is added, and gets the log";
        }
    }

    /** The node has the log, and counts in majorities. */
    record Promote(Member node) implements MembershipChange {
        @Override
        public Optional<Membership> on(Membership now) {
            boolean waits = now.contains(node) && !now.votes(node);
            return waits
                    ? now.named(node.name()).map(m -> with(without(now, node.name()), m.voting()))
                    : Optional.empty();
        }

        @Override
        public String reason() {
            return node.name() + " has the log, and gets a vote";
        }
    }

    /** The node is none of the cluster's any more. */
    record Remove(Member node) implements MembershipChange {
        @Override
        public Optional<Membership> on(Membership now) {
            Membership rest = without(now, node.name());
            return now.contains(node) && !rest.voters().isEmpty() ? Optional.of(rest) : Optional.empty();
        }

        @Override
        public String reason() {
            return node.name() + " is removed";
        }
    }

    /** What is so afterwards; nothing if there is nothing to do, or it cannot be done now. */
    Optional<Membership> on(Membership now);

    /** For people. */
    String reason();

    private static Membership with(Membership now, LoggedMember node) {
        List<LoggedMember> members = new ArrayList<>(now.members());
        members.add(node);
        return new Membership(now.index(), members);
    }

    private static Membership without(Membership now, String node) {
        return new Membership(
                now.index(),
                now.members().stream().filter(m -> !m.name().equals(node)).toList());
    }

    default void write(BinaryWriter out) {
        switch (this) {
            case Add(LoggedMember node) -> {
                out.u8(0);
                out.text(node.name());
                out.text(node.life());
                out.text(node.host());
                out.int32(node.clusterPort());
            }
            case Promote(Member node) -> {
                out.u8(1);
                out.text(node.text());
            }
            case Remove(Member node) -> {
                out.u8(2);
                out.text(node.text());
            }
        }
    }

    static MembershipChange read(BinaryReader in) {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> new Add(new LoggedMember(in.text(), in.text(), in.text(), in.int32(), false));
            case 1 -> new Promote(Member.of(in.text()));
            case 2 -> new Remove(Member.of(in.text()));
            default -> throw new EntryFormatException("change of membership " + kind);
        };
    }
}
