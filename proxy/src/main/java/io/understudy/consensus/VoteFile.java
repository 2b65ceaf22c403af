package io.understudy.consensus;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.EntryFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Who this node is, the term it is in and whom it voted for there. Every change is a new file, forced, put in the place of the old one, and the
 * directory forced: after a crash it is the one or the other.
 */
final class VoteFile {
    private static final String NAME = "vote";
    private static final String NEW_NAME = "vote.new";
    private static final int VERSION = 2;
    /** From before nodes could be added and removed. */
    private static final int WITHOUT_LIFE = 1;

    private static final int SIZE_MAX = 1 << 16;

    private final Disk disk;
    private Vote vote;

    /**
     * @param life which life of that name this is, see {@link Member}
     * @param members what the cluster was formed of; empty in a node that was added to it later
     * @param since the last entry of the log that {@code members} stands above: what was said before of who belongs to the cluster does not hold
     * @param votedFor as {@link Member#text}; empty if nobody yet
     */
    record Vote(String node, String life, List<String> members, long since, int term, String votedFor) {
        Vote {
            members = List.copyOf(members);
        }
    }

    private VoteFile(Disk disk, Vote vote) {
        this.disk = disk;
        this.vote = vote;
    }

    static boolean existsIn(Disk disk) throws IOException {
        return disk.names().contains(NAME);
    }

    static VoteFile create(Disk disk, String node, String life, List<String> members) throws IOException {
        VoteFile file = new VoteFile(disk, new Vote(node, life, members, 0, 0, ""));
        file.store(file.vote);
        return file;
    }

    /** @throws CorruptLogException if it is damaged */
    static VoteFile read(Disk disk) throws IOException {
        try (Disk.File file = disk.open(NAME)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), SIZE_MAX));
            file.read(bytes, 0);
            BinaryReader in = new BinaryReader(bytes.array(), 0, bytes.position());
            int checksum = in.int32();
            if (checksum != checksum(bytes.array(), bytes.position())) {
                throw new CorruptLogException(disk, NAME, 0, "its checksum is wrong");
            }
            int version = in.u8();
            if (version != VERSION && version != WITHOUT_LIFE) {
                throw new CorruptLogException(disk, NAME, 4, "version " + version + " is not known to this node");
            }
            String node = in.text();
            String[] members = new String[in.count()];
            for (int i = 0; i < members.length; i++) {
                members[i] = in.text();
            }
            int term = in.int32();
            String votedFor = in.text();
            boolean more = version == VERSION;
            Vote vote =
                    new Vote(node, more ? in.text() : "", List.of(members), more ? in.unsigned() : 0, term, votedFor);
            return new VoteFile(disk, vote);
        } catch (EntryFormatException e) {
            throw new CorruptLogException(disk, NAME, 0, String.valueOf(e.getMessage()));
        }
    }

    Vote vote() {
        return vote;
    }

    /** Durable when it returns. */
    void vote(int term, String votedFor) throws IOException {
        if (term == vote.term && votedFor.equals(vote.votedFor)) {
            return;
        }
        boolean allowed = term > vote.term || term == vote.term && vote.votedFor.isEmpty();
        if (!allowed) {
            throw new IllegalStateException("vote for '" + votedFor + "' in term " + term + " after " + vote);
        }
        Vote next = new Vote(vote.node, vote.life, vote.members, vote.since, term, votedFor);
        store(next);
        vote = next;
    }

    /**
     * Another cluster, in a term of its own, which this node is one of the first of.
     *
     * @param since the last entry of the log
     */
    void members(List<String> members, long since) throws IOException {
        Vote next = new Vote(vote.node, "", members.stream().sorted().toList(), since, vote.term + 1, "");
        store(next);
        vote = next;
    }

    private void store(Vote next) throws IOException {
        BinaryWriter out = new BinaryWriter(256);
        out.int32(0);
        out.u8(VERSION);
        out.text(next.node);
        out.unsigned(next.members.size());
        next.members.forEach(out::text);
        out.int32(next.term);
        out.text(next.votedFor);
        out.text(next.life);
        out.unsigned(next.since);
        byte[] bytes = out.toBytes();
        int length = out.size();
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        buffer.putInt(0, checksum(bytes, length));
        try (Disk.File file = disk.open(NEW_NAME)) {
            file.truncate(0);
            file.write(buffer, 0);
            file.force();
        }
        disk.rename(NEW_NAME, NAME);
        disk.force();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 4, length - 4);
        return (int) crc.getValue();
    }
}
