package io.understudy.capture;

import io.understudy.log.SequencePosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the answer of {@code understudy.seal}: rows of kind, at, rel, before, after, flags. */
final class SealAnswer {
    private final boolean hex;
    private final List<CapturedRow> rows = new ArrayList<>();
    private final List<SeenDdl> ddl = new ArrayList<>();
    private final List<SequenceReading> sequences = new ArrayList<>();

    private SealAnswer(boolean hex) {
        this.hex = hex;
    }

    static Sealed read(List<@Nullable String[]> answer) {
        if (answer.isEmpty() || !"x".equals(answer.getFirst()[0])) {
            throw new IllegalArgumentException("the seal's answer must begin with its head");
        }
        @Nullable String[] head = answer.getFirst();
        SealAnswer reader = new SealAnswer("on".equals(head[4]));
        for (@Nullable String[] row : answer.subList(1, answer.size())) {
            reader.add(row);
        }
        reader.rows.sort(Comparator.comparingLong(CapturedRow::at));
        reader.ddl.sort(Comparator.comparingLong(SeenDdl::at));
        String xid = head[3];
        return new Sealed(
                xid == null ? OptionalLong.empty() : OptionalLong.of(Long.parseUnsignedLong(xid)),
                reader.rows,
                Optional.ofNullable(head[5]).map(SealAnswer::large),
                reader.ddl,
                reader.sequences,
                Optional.ofNullable(head.length > 7 ? Moment.read(head[7]) : null),
                head[1] != null,
                "serializable".equals(head[6]));
    }

    private static Sealed.Large large(String flags) {
        String[] f = flags.split(",");
        return new Sealed.Large(Long.parseLong(f[0]), Long.parseLong(f[1]), oids(f, 2));
    }

    private static List<Integer> oids(String[] fields, int from) {
        return Arrays.stream(fields, from, fields.length)
                .map(Integer::parseUnsignedInt)
                .toList();
    }

    private void add(@Nullable String[] row) {
        long at = Long.parseLong(present(row[1]));
        switch (present(row[0])) {
            case "c" -> rows.add(image(at, Integer.parseUnsignedInt(present(row[2])), text(row[3]), text(row[4])));
            case "d" -> ddl.add(ddl(at, present(text(row[3])), text(row[4]), present(row[5])));
            case "s" -> sequences.add(sequence(at, present(text(row[3])), present(text(row[4])), present(row[5])));
            default -> throw new IllegalArgumentException("unknown kind in the seal's answer: " + row[0]);
        }
    }

    private static CapturedRow image(long at, int rel, @Nullable String before, @Nullable String after) {
        if (before == null) {
            return after == null ? new CapturedRow.Truncated(at, rel) : new CapturedRow.Inserted(at, rel, after);
        }
        return after == null
                ? new CapturedRow.Deleted(at, rel, before)
                : new CapturedRow.Updated(at, rel, before, after);
    }

    private static SeenDdl ddl(long at, String tag, @Nullable String query, String flags) {
        String[] f = flags.split(",");
        return new SeenDdl(
                at, tag, f[0].equals("1"), f[1].equals("1"), f[2].equals("1"), query == null ? "" : query, oids(f, 3));
    }

    private static SequenceReading sequence(long value, String schema, String name, String flags) {
        String[] f = flags.split(",");
        return new SequenceReading(
                new SequencePosition(schema, name, value, f[0].equals("1")),
                Long.parseLong(f[1]),
                Long.parseLong(f[2]),
                Long.parseLong(f[3]),
                f[4].equals("1"));
    }

    private @Nullable String text(@Nullable String value) {
        return value == null || !hex ? value : new String(HexFormat.of().parseHex(value), StandardCharsets.UTF_8);
    }

    private static String present(@Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException("null where the seal's answer has none");
        }
        return value;
    }
}
