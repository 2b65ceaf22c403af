package io.understudy.family;

import io.understudy.log.Entry;
import io.understudy.log.Entry.Transaction;
import io.understudy.log.Form;
import io.understudy.log.Form.Ddl;
import io.understudy.log.Form.Part;
import io.understudy.log.Form.TableChanges;
import io.understudy.log.RowChange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Ways to make entries say something else than what happened, so that a replica that replays them is different from the master. */
final class Tampering {
    /** How it was done, for people. */
    String done = "nothing";

    private final Random random;

    Tampering(Random random) {
        this.random = random;
    }

    /**
     * Drops one change from the last transaction that has any: nothing after it can make good for that. A truncation, which may have found nothing to remove, and what one removes later, are left alone
     * unless there is nothing else.
     */
    List<Entry> dropOneChange(List<Entry> entries) {
        List<Entry> without = dropOneChange(entries, new HashSet<>(), false);
        return without.equals(entries) ? dropOneChange(entries, new HashSet<>(), true) : without;
    }

    /** @param emptied names of tables that later entries empty */
    private List<Entry> dropOneChange(List<Entry> entries, Set<String> emptied, boolean anything) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i) instanceof Transaction t) {
                Optional<Form> less = less(t.form(), emptied, anything);
                if (less.isPresent()) {
                    List<Entry> after = new ArrayList<>(entries);
                    after.set(i, with(t, less.get()));
                    return after;
                }
            }
        }
        return entries;
    }

    private Optional<Form> less(Form form, Set<String> emptied, boolean anything) {
        return switch (form) {
            case Form.Statements s -> {
                done = "a transaction in statement form was dropped";
                yield Optional.of(new Form.Rows(List.of()));
            }
            case Form.Chunks c
            when !c.indexes().isEmpty() -> {
                done = "a large transaction was dropped";
                yield Optional.of(new Form.Chunks(List.of()));
            }
            case Form.Chunks c -> Optional.empty();
            case Form.Rows r when r.parts().isEmpty() -> Optional.empty();
            case Form.Rows r -> {
                List<Part> parts = new ArrayList<>(r.parts());
                for (int i = parts.size() - 1; i >= 0; i--) {
                    if (anything || isMissed(parts.get(i), emptied)) {
                        List<Part> left = less(parts.remove(i));
                        parts.addAll(i, left);
                        yield Optional.of(new Form.Rows(parts));
                    }
                }
                yield Optional.empty();
            }
        };
    }

    /** Whether some of it can be left out so that it is surely missed. */
    private static boolean isMissed(Part part, Set<String> emptied) {
        if (!(part instanceof TableChanges c)) {
            return true;
        }
        boolean missed = !c.changes().isEmpty() && !emptied.contains(c.table().name());
        if (c.truncate()) {
            emptied.add(c.table().name());
        }
        return missed;
    }

    private List<Part> less(Part part) {
        switch (part) {
            case Ddl d -> {
                done = "dropped: " + d.statement().sql();
                return List.of();
            }
            case TableChanges c
            when c.changes().isEmpty() -> {
                done = "a truncation of " + c.table().name() + " was dropped";
                return List.of();
            }
            case TableChanges c -> {
                List<RowChange> changes = new ArrayList<>(c.changes());
                done = "dropped from " + c.table().name() + ": " + changes.remove(random.nextInt(changes.size()));
                return List.of(new TableChanges(c.table(), c.truncate(), changes));
            }
            case Form.LongRow l -> throw new IllegalStateException("only in chunks: " + l);
            case Form.Piece p -> throw new IllegalStateException("only in chunks: " + p);
        }
    }

    /** Swaps the last two neighbouring transactions of which the second needs what the first one did, if nothing after them hides it. */
    List<Entry> swapNeighbours(List<Entry> entries) {
        List<Integer> at = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Transaction) {
                at.add(i);
            }
        }
        Set<String> later = new HashSet<>();
        for (int second = at.size() - 1; second > 0; second--) {
            Transaction a = (Transaction) entries.get(at.get(second - 1));
            Transaction b = (Transaction) entries.get(at.get(second));
            Set<String> needed = images(b, false);
            Set<String> made = images(b, true);
            Set<String> common = new HashSet<>(images(a, true));
            common.retainAll(needed);
            if (!common.isEmpty() && made.stream().noneMatch(later::contains)) {
                List<Entry> after = new ArrayList<>(entries);
                after.set(at.get(second - 1), b);
                after.set(at.get(second), a);
                done = "swapped: the transactions that made and that needed " + common;
                return after;
            }
            later.addAll(needed);
        }
        return dropOneChange(entries);
    }

    /** Rows as a transaction leaves them, or as it finds them. */
    private static Set<String> images(Transaction t, boolean left) {
        Set<String> images = new HashSet<>();
        List<Part> parts = switch (t.form()) {
            case Form.Rows r -> r.parts();
            case Form.Statements s ->
                List.copyOf(
                        s.reruns().stream().flatMap(r -> r.captured().stream()).toList());
            case Form.Chunks c -> List.of();
        };
        for (Part part : parts) {
            switch (part) {
                case Ddl d -> {
                    // what needs it is not seen in images
                }
                case Form.LongRow l -> throw new IllegalStateException("only in chunks: " + l);
                case Form.Piece p -> throw new IllegalStateException("only in chunks: " + p);
                case TableChanges c -> {
                    for (RowChange change : c.changes()) {
                        String image = switch (change) {
                            case RowChange.Insert i -> left ? i.row() : "";
                            case RowChange.Update u -> left ? u.after() : u.before();
                            case RowChange.Delete d -> left ? "" : d.row();
                        };
                        if (!image.isEmpty()) {
                            images.add(c.table().name() + image);
                        }
                    }
                }
            }
        }
        return images;
    }

    private static Transaction with(Transaction t, Form form) {
        return new Transaction(
                t.id(),
                t.process(),
                t.epoch(),
                t.xid(),
                t.timestampMicros(),
                t.commitMicros(),
                t.context(),
                t.statements(),
                form,
                t.sequences());
    }
}
