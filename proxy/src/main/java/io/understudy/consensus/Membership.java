package io.understudy.consensus;

import io.microraft.RaftEndpoint;
import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.EntryFormatException;
import io.understudy.log.LoggedMember;
import java.util.List;
import java.util.Optional;

/**
 * Who belongs to the cluster from an entry of the log on.
 *
 * @param index the entry that says so; 0 for those that the cluster was formed of
 */
record Membership(long index, List<LoggedMember> members) {
    Membership {
        members = List.copyOf(members);
    }

    /** As an entry of the log says it. */
    static Membership of(long index, byte[] entry) {
        if (!(EntryCodec.decode(entry) instanceof Entry.MembersChanged changed)) {
            throw new EntryFormatException("entry " + index + " does not change who belongs to the cluster");
        }
        return new Membership(index, changed.members());
    }

    /** The reverse of {@link #encode}; nothing if there is nothing. */
    static Optional<Membership> decode(byte[] bytes) {
        if (bytes.length == 0) {
            return Optional.empty();
        }
        BinaryReader in = new BinaryReader(bytes);
        return Optional.of(of(in.unsigned(), in.bytes()));
    }

    /** As what stands for a log's beginning holds it. */
    byte[] encode() {
        BinaryWriter out = new BinaryWriter(256);
        out.unsigned(index);
        out.bytes(EntryCodec.encode(new Entry.MembersChanged(members, "")));
        return out.toBytes();
    }

    Optional<LoggedMember> named(String node) {
        return members.stream().filter(m -> m.name().equals(node)).findFirst();
    }

    List<String> names() {
        return members.stream().map(LoggedMember::name).toList();
    }

    /** Names of those that count in majorities. */
    List<String> voters() {
        return members.stream()
                .filter(LoggedMember::votes)
                .map(LoggedMember::name)
                .toList();
    }

    boolean contains(Member member) {
        return named(member.name()).filter(m -> m.life().equals(member.life())).isPresent();
    }

    boolean votes(Member member) {
        return contains(member)
                && named(member.name()).filter(LoggedMember::votes).isPresent();
    }

    /** For MicroRaft. */
    List<RaftEndpoint> endpoints() {
        return endpoints(members);
    }

    /** For MicroRaft. */
    List<RaftEndpoint> votingEndpoints() {
        return endpoints(members.stream().filter(LoggedMember::votes).toList());
    }

    private static List<RaftEndpoint> endpoints(List<LoggedMember> members) {
        return members.stream()
                .<RaftEndpoint>map(m -> new Member(m.name(), m.life()))
                .toList();
    }
}
