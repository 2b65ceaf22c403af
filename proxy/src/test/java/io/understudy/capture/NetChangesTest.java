package io.understudy.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.log.Form.TableChanges;
import io.understudy.log.RowChange;
import io.understudy.log.TableShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetChangesTest {
    private static final TableShape.Column ID = new TableShape.Column("id", false, false);
    private static final TableShape.Column V = new TableShape.Column("v", false, false);
    private static final TableShape KEYED = new TableShape("public", "keyed", List.of(V, ID), List.of("id"));
    private static final TableShape KEYLESS = new TableShape("public", "keyless", List.of(V, ID), List.of());
    private final NetChanges net = new NetChanges((rel, at) -> Optional.of(rel == 1 ? KEYED : KEYLESS));

    @Test
    void insertThenUpdateIsOneInsert() throws Exception {
        assertThat(changes(new CapturedRow.Inserted(1, 1, "(a,1)"), new CapturedRow.Updated(2, 1, "(a,1)", "(b,1)")))
                .containsExactly(new RowChange.Insert("(b,1)"));
    }

    @Test
    void imagesInAnyOrderComeToTheSame() throws Exception {
        assertThat(changes(
                        new CapturedRow.Updated(1, 1, "(b,1)", "(c,1)"),
                        new CapturedRow.Updated(2, 1, "(a,1)", "(b,1)")))
                .containsExactly(new RowChange.Update("(a,1)", "(c,1)"));
    }

    @Test
    void thereAndBackIsNothing() throws Exception {
        assertThat(net.of(List.of(
                        new CapturedRow.Updated(1, 1, "(a,1)", "(b,1)"),
                        new CapturedRow.Updated(2, 1, "(b,1)", "(a,1)"))))
                .isEmpty();
    }

    @Test
    void newKeyIsDeleteAndInsert() throws Exception {
        assertThat(changes(new CapturedRow.Updated(1, 1, "(a,1)", "(a,2)")))
                .containsExactly(new RowChange.Delete("(a,1)"), new RowChange.Insert("(a,2)"));
    }

    @Test
    void swappedKeysAreTwoUpdates() throws Exception {
        assertThat(changes(
                        new CapturedRow.Updated(1, 1, "(a,1)", "(a,2)"),
                        new CapturedRow.Updated(2, 1, "(b,2)", "(b,1)")))
                .containsExactly(new RowChange.Update("(b,2)", "(a,2)"), new RowChange.Update("(a,1)", "(b,1)"));
    }

    @Test
    void keylessDuplicatesAreCounted() throws Exception {
        List<TableChanges> parts = net.of(List.of(
                new CapturedRow.Inserted(1, 2, "(x,1)"),
                new CapturedRow.Inserted(2, 2, "(x,1)"),
                new CapturedRow.Updated(3, 2, "(x,1)", "(y,1)")));
        assertThat(parts.getFirst().changes())
                .containsExactly(new RowChange.Insert("(x,1)"), new RowChange.Insert("(y,1)"));
    }

    @Test
    void truncateForgetsWhatWasBefore() throws Exception {
        List<TableChanges> parts = net.of(List.of(
                new CapturedRow.Inserted(1, 1, "(a,1)"),
                new CapturedRow.Truncated(2, 1),
                new CapturedRow.Inserted(3, 1, "(b,2)")));
        assertThat(parts).containsExactly(new TableChanges(KEYED, true, List.of(new RowChange.Insert("(b,2)"))));
    }

    @Test
    void imagesOfAnotherShapeAreNoticed() {
        for (int rel : new int[] {1, 2}) {
            assertThatThrownBy(() -> net.of(List.of(new CapturedRow.Inserted(1, rel, "(a,1,2)"))))
                    .isInstanceOf(StaleShapeException.class);
        }
    }

    /** A random history of one table: the net changes, applied to the state before, give the state after. */
    @Test
    void randomHistories() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int n = 0; n < 3_000; n++) {
            int rel = 1 + random.nextInt(2);
            List<String> state = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                state.add("(v," + i + ")");
            }
            List<String> replica = new ArrayList<>(state);
            List<CapturedRow> history = history(random, rel, state);
            for (TableChanges part : net.of(history)) {
                apply(part, replica);
            }
            Collections.sort(state);
            Collections.sort(replica);
            assertThat(replica).as("seed %d, run %d: %s", seed, n, history).isEqualTo(state);
        }
    }

    private static List<CapturedRow> history(Random random, int rel, List<String> state) {
        List<CapturedRow> history = new ArrayList<>();
        int segment = 0;
        int length = random.nextInt(12);
        for (int at = 1; at <= length; at++) {
            String row = "(" + (char) ('v' + random.nextInt(3)) + "," + random.nextInt(6) + ")";
            boolean taken = rel == 1 && state.stream().anyMatch(s -> s.endsWith(row.substring(2)));
            switch (random.nextInt(state.isEmpty() || taken ? 12 : 13)) {
                case 0 -> {
                    Collections.shuffle(history.subList(segment, history.size()), random);
                    history.add(new CapturedRow.Truncated(at, rel));
                    state.clear();
                    segment = history.size();
                }
                case 1, 2, 3, 4 -> {
                    if (!state.isEmpty()) {
                        history.add(new CapturedRow.Deleted(at, rel, state.remove(random.nextInt(state.size()))));
                    }
                }
                case 5, 6, 7, 8, 12 -> {
                    if (!state.isEmpty() && !taken) {
                        String before = state.remove(random.nextInt(state.size()));
                        state.add(row);
                        history.add(new CapturedRow.Updated(at, rel, before, row));
                    }
                }
                default -> {
                    if (!taken) {
                        state.add(row);
                        history.add(new CapturedRow.Inserted(at, rel, row));
                    }
                }
            }
        }
        Collections.shuffle(history.subList(segment, history.size()), random);
        return history;
    }

    private static void apply(TableChanges part, List<String> state) {
        if (part.truncate()) {
            state.clear();
        }
        for (RowChange change : part.changes()) {
            boolean found = switch (change) {
                case RowChange.Delete d -> state.remove(d.row());
                case RowChange.Update u -> state.remove(u.before()) && state.add(u.after());
                case RowChange.Insert i -> state.add(i.row());
            };
            assertThat(found).as("%s in %s", change, state).isTrue();
        }
    }

    private List<RowChange> changes(CapturedRow... rows) throws StaleShapeException {
        return net.of(List.of(rows)).getFirst().changes();
    }
}
