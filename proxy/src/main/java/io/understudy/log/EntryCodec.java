package io.understudy.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * {@link Entry} to bytes and back. The first byte is the version of the format, the second the kind of entry; numbers once given are never given
 * again, so that a log can be read as long as it exists. Pure functions, for any thread.
 */
public final class EntryCodec {
    private static final int VERSION = 1;

    private static final int NOOP = 0;
    /** Of early logs; without times. */
    private static final int MASTER_ASSIGNED_UNTIMED = 1;

    private static final int TRANSACTION = 2;
    private static final int SEQUENCES_RESERVED = 3;
    private static final int MAINTENANCE = 4;
    /** Of early logs; of everything. */
    private static final int VERIFICATION_POINT = 5;

    private static final int CHUNK = 6;
    private static final int MASTER_ASSIGNED = 7;
    private static final int MEMBERS_CHANGED = 8;
    private static final int SCOPED_VERIFICATION_POINT = 20;

    private EntryCodec() {}

    /** @throws EntryFormatException if it would be larger than 2 GiB */
    public static byte[] encode(Entry entry) {
        BinaryWriter out = new BinaryWriter(expectedSize(entry));
        out.u8(VERSION);
        switch (entry) {
            case Entry.Noop noop -> out.u8(NOOP);
            case Entry.MembersChanged changed -> {
                out.u8(MEMBERS_CHANGED);
                list(out, changed.members(), EntryCodec::member);
                out.text(changed.reason());
            }
            case Entry.MasterAssigned assigned -> {
                out.u8(MASTER_ASSIGNED);
                out.text(assigned.node());
                out.uuid(assigned.process());
                out.unsigned(assigned.epoch());
                out.text(assigned.reason());
                out.signed(assigned.decidedMicros());
                out.signed(assigned.writableMicros());
            }
            case Entry.Transaction transaction -> {
                fenced(out, TRANSACTION, transaction);
                transaction(out, transaction);
            }
            case Entry.SequencesReserved reserved -> {
                fenced(out, SEQUENCES_RESERVED, reserved);
                list(out, reserved.ceilings(), EntryCodec::sequence);
                list(out, reserved.exact(), EntryCodec::sequence);
            }
            case Entry.Maintenance maintenance -> {
                fenced(out, MAINTENANCE, maintenance);
                StatementCodec.context(out, maintenance.context());
                out.text(maintenance.sql());
            }
            case Entry.VerificationPoint point -> {
                fenced(out, SCOPED_VERIFICATION_POINT, point);
                scope(out, point.scope());
            }
            case Entry.Chunk chunk -> {
                fenced(out, CHUNK, chunk);
                out.uuid(chunk.transaction());
                out.int32(chunk.number());
                FormCodec.parts(out, chunk.parts());
            }
        }
        return out.toBytes();
    }

    /** @throws EntryFormatException if the bytes are not exactly one entry of a known version and kind */
    public static Entry decode(byte[] bytes) {
        BinaryReader in = new BinaryReader(bytes);
        Entry entry = decode(in, true);
        in.expectEnd();
        return entry;
    }

    /** As {@link #decode}, but a chunk comes without its parts: for those who only pass it by. */
    public static Entry decodeWithoutChunks(byte[] bytes) {
        BinaryReader in = new BinaryReader(bytes);
        Entry entry = decode(in, false);
        if (!(entry instanceof Entry.Chunk)) {
            in.expectEnd();
        }
        return entry;
    }

    private static Entry decode(BinaryReader in, boolean chunks) {
        int version = in.u8();
        if (version != VERSION) {
            throw new EntryFormatException("entry format version " + version + ", this node knows " + VERSION);
        }
        int kind = in.u8();
        return switch (kind) {
            case NOOP -> new Entry.Noop();
            case MEMBERS_CHANGED -> new Entry.MembersChanged(list(in, EntryCodec::member), in.text());
            case MASTER_ASSIGNED_UNTIMED -> new Entry.MasterAssigned(in.text(), in.uuid(), in.unsigned(), in.text());
            case MASTER_ASSIGNED ->
                new Entry.MasterAssigned(in.text(), in.uuid(), in.unsigned(), in.text(), in.signed(), in.signed());
            case TRANSACTION -> transaction(in);
            case SEQUENCES_RESERVED ->
                new Entry.SequencesReserved(
                        in.uuid(),
                        in.uuid(),
                        in.unsigned(),
                        list(in, EntryCodec::sequence),
                        list(in, EntryCodec::sequence));
            case MAINTENANCE ->
                new Entry.Maintenance(in.uuid(), in.uuid(), in.unsigned(), StatementCodec.context(in), in.text());
            case VERIFICATION_POINT -> new Entry.VerificationPoint(in.uuid(), in.uuid(), in.unsigned());
            case SCOPED_VERIFICATION_POINT ->
                new Entry.VerificationPoint(in.uuid(), in.uuid(), in.unsigned(), scope(in));
            case CHUNK ->
                new Entry.Chunk(
                        in.uuid(),
                        in.uuid(),
                        in.unsigned(),
                        in.uuid(),
                        in.int32(),
                        chunks ? FormCodec.parts(in) : List.of());
            default -> throw new EntryFormatException("entry kind " + kind);
        };
    }

    private static void member(BinaryWriter out, LoggedMember member) {
        out.text(member.name());
        out.text(member.life());
        out.text(member.host());
        out.int32(member.clusterPort());
        out.flag(member.votes());
    }

    private static LoggedMember member(BinaryReader in) {
        return new LoggedMember(in.text(), in.text(), in.text(), in.int32(), in.flag());
    }

    /** Whether that is an encoded {@link Entry.MembersChanged}; reads no further than needed for that. */
    public static boolean isMembersChanged(byte[] bytes) {
        return bytes.length > 1 && bytes[0] == VERSION && bytes[1] == MEMBERS_CHANGED;
    }

    /** Whether that is an encoded {@link Entry.MasterAssigned}; reads no further than needed for that. */
    public static boolean isMasterAssigned(byte[] bytes) {
        return bytes.length > 1
                && bytes[0] == VERSION
                && (bytes[1] == MASTER_ASSIGNED || bytes[1] == MASTER_ASSIGNED_UNTIMED);
    }

    /** Whether that is an encoded {@link Entry.Transaction} of that id; reads no further than needed for that. */
    public static boolean isTransaction(byte[] bytes, UUID id) {
        if (bytes.length < 2 || bytes[0] != VERSION || bytes[1] != TRANSACTION) {
            return false;
        }
        BinaryReader in = new BinaryReader(bytes);
        return in.u8() == VERSION && in.u8() == TRANSACTION && in.uuid().equals(id);
    }

    private static void scope(BinaryWriter out, VerificationScope scope) {
        list(out, scope.ranges(), (o, r) -> {
            o.text(r.table());
            o.text(r.key());
            o.text(r.type());
            o.text(r.after());
            o.text(r.upTo());
        });
        out.u8(scope.others() ? 1 : 0);
        out.int32(scope.parts());
        list(out, scope.wanted(), BinaryWriter::int32);
    }

    private static VerificationScope scope(BinaryReader in) {
        return new VerificationScope(
                list(in, i -> new VerificationScope.Range(i.text(), i.text(), i.text(), i.text(), i.text())),
                in.u8() == 1,
                in.int32(),
                list(in, BinaryReader::int32));
    }

    private static void fenced(BinaryWriter out, int kind, Entry.Fenced entry) {
        out.u8(kind);
        out.uuid(entry.id());
        out.uuid(entry.process());
        out.unsigned(entry.epoch());
    }

    private static void transaction(BinaryWriter out, Entry.Transaction entry) {
        out.unsigned(entry.xid());
        out.signed(entry.timestampMicros());
        out.signed(entry.commitMicros());
        StatementCodec.context(out, entry.context());
        list(out, entry.statements(), StatementCodec::statement);
        FormCodec.form(out, entry.form());
        list(out, entry.sequences(), EntryCodec::sequence);
    }

    private static Entry.Transaction transaction(BinaryReader in) {
        UUID id = in.uuid();
        UUID process = in.uuid();
        long epoch = in.unsigned();
        return new Entry.Transaction(
                id,
                process,
                epoch,
                in.unsigned(),
                in.signed(),
                in.signed(),
                StatementCodec.context(in),
                list(in, StatementCodec::statement),
                FormCodec.form(in),
                list(in, EntryCodec::sequence));
    }

    private static void sequence(BinaryWriter out, SequencePosition position) {
        out.text(position.schema());
        out.text(position.name());
        out.signed(position.value());
        out.flag(position.called());
    }

    private static SequencePosition sequence(BinaryReader in) {
        return new SequencePosition(in.text(), in.text(), in.signed(), in.flag());
    }

    static <T> void list(BinaryWriter out, List<T> items, BiConsumer<BinaryWriter, T> write) {
        out.unsigned(items.size());
        for (T item : items) {
            write.accept(out, item);
        }
    }

    static <T> List<T> list(BinaryReader in, Function<BinaryReader, T> read) {
        int count = in.count();
        List<T> items = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            items.add(read.apply(in));
        }
        return items;
    }

    /** A guess that spares large entries most of the growing. */
    private static int expectedSize(Entry entry) {
        if (entry instanceof Entry.Chunk chunk) {
            return (int) Math.min(128 + FormCodec.expectedSize(chunk.parts()), 1 << 30);
        }
        if (!(entry instanceof Entry.Transaction transaction)) {
            return 128;
        }
        long size = 256;
        for (LoggedStatement statement : transaction.statements()) {
            size += statement.sql().length() + 16L;
            for (LoggedStatement.Parameter parameter : statement.parameters()) {
                size += parameter.value() == null ? 8 : parameter.value().length + 8L;
            }
        }
        return (int) Math.min(size + FormCodec.expectedSize(transaction.form()), 1 << 30);
    }

    /** Keys in order, so that the same entry always has the same bytes. */
    static TreeMap<String, String> ordered(Map<String, String> map) {
        return new TreeMap<>(map);
    }
}
