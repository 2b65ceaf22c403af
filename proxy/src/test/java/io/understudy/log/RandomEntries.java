package io.understudy.log;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Entries of every kind, from a seed. */
final class RandomEntries {
    private final Random random;

    RandomEntries(long seed) {
        random = new Random(seed);
    }

    Entry entry() {
        return switch (random.nextInt(8)) {
            case 0 -> new Entry.Noop();
            case 6 -> new Entry.MembersChanged(list(this::member), text());
            case 1 -> new Entry.MasterAssigned(text(), uuid(), number(), text(), number(), number());
            case 2 -> new Entry.SequencesReserved(uuid(), uuid(), number(), list(this::sequence), list(this::sequence));
            case 3 -> new Entry.Maintenance(uuid(), uuid(), number(), context(), text());
            case 4 -> new Entry.VerificationPoint(uuid(), uuid(), number());
            case 5 -> new Entry.Chunk(uuid(), uuid(), number(), uuid(), random.nextInt(), list(this::part));
            default ->
                new Entry.Transaction(
                        uuid(),
                        uuid(),
                        number(),
                        number(),
                        random.nextLong(),
                        random.nextLong(),
                        context(),
                        list(this::statement),
                        form(),
                        list(this::sequence));
        };
    }

    private LoggedMember member() {
        return new LoggedMember(text(), text(), text(), random.nextInt(65536), random.nextBoolean());
    }

    private Form form() {
        return switch (random.nextInt(3)) {
            case 0 -> statements();
            case 1 -> new Form.Chunks(list(this::number));
            default -> new Form.Rows(list(this::part));
        };
    }

    private Form.Statements statements() {
        return new Form.Statements(
                list(() -> new Form.Rerun(
                        list(() -> new Form.Time(random.nextInt(1000), random.nextInt(1000), random.nextBoolean())),
                        random.nextInt(1000),
                        random.nextBoolean() ? Optional.of(changes()) : Optional.empty())),
                random.nextLong());
    }

    private Form.Part part() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> new Form.Ddl(statement(), context());
            case 2 -> new Form.LongRow(changes().table(), random.nextLong(), random.nextLong(1L << 40));
            case 3 -> new Form.Piece(text());
            default -> changes();
        };
    }

    private Form.TableChanges changes() {
        TableShape shape = new TableShape(
                text(),
                text(),
                list(() -> new TableShape.Column(text(), random.nextBoolean(), random.nextBoolean())),
                list(this::text));
        return new Form.TableChanges(shape, random.nextBoolean(), list(this::change));
    }

    private RowChange change() {
        return switch (random.nextInt(3)) {
            case 0 -> new RowChange.Insert(text());
            case 1 -> new RowChange.Update(text(), text());
            default -> new RowChange.Delete(text());
        };
    }

    private LoggedStatement statement() {
        return new LoggedStatement(text(), list(this::parameter), random.nextInt(10) - 1);
    }

    private LoggedStatement.Parameter parameter() {
        byte[] value = new byte[random.nextInt(40)];
        random.nextBytes(value);
        return new LoggedStatement.Parameter(
                random.nextInt(), random.nextBoolean(), random.nextInt(4) == 0 ? null : value);
    }

    private SessionContext context() {
        Map<String, String> settings = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            settings.put(text(), text());
        }
        return new SessionContext(text(), settings);
    }

    private SequencePosition sequence() {
        return new SequencePosition(text(), text(), random.nextLong(), random.nextBoolean());
    }

    private String text() {
        int length = random.nextInt(20) == 0 ? random.nextInt(5000) : random.nextInt(30);
        int[] alphabet = {'a', '\'', 0, 0xE9, 0x20AC, 0x1F600, '\n'};
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    private long number() {
        return random.nextLong() >>> random.nextInt(64);
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private <T> List<T> list(Supplier<T> item) {
        return Stream.generate(item).limit(random.nextInt(5)).toList();
    }
}
