package io.understudy.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.capture.CapturedRow;
import io.understudy.capture.Moment;
import io.understudy.capture.Sealed;
import io.understudy.capture.SeenDdl;
import io.understudy.classification.StatementForm.Change;
import io.understudy.log.Form;
import io.understudy.log.RowChange;
import io.understudy.log.TableShape;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RerunsTest {
    private static final Moment PLAIN = new Moment(1_000, 2_000, true);
    private static final CapturedRow INSERT_7 = new CapturedRow.Inserted(1, 7, "(1)");
    private static final CapturedRow UPDATE_8 = new CapturedRow.Updated(2, 8, "(1)", "(1)");
    private static final List<Repeatable> TWO = List.of(repeatable(7, Change.INSERT), repeatable(8, Change.UPDATE));

    private static Repeatable repeatable(int table, Change change) {
        return new Repeatable(table, change, List.of(new Form.Time(1, 2, true)), 9, "shape " + table);
    }

    private static Sealed sealed(Optional<Moment> moment, List<SeenDdl> ddl, CapturedRow... rows) {
        return new Sealed(OptionalLong.of(5), List.of(rows), Optional.empty(), ddl, List.of(), moment, false, false);
    }

    @Test
    void oneRowEachAndNothingElse() {
        assertThat(Reruns.agree(TWO, sealed(Optional.of(PLAIN), List.of(), INSERT_7, UPDATE_8)))
                .isTrue();
    }

    @Test
    void anythingElseThatWasCapturedSpeaksAgainstIt() {
        CapturedRow deleted = new CapturedRow.Deleted(2, 8, "(1)");
        CapturedRow emptied = new CapturedRow.Truncated(2, 8);
        CapturedRow other = new CapturedRow.Updated(2, 9, "(1)", "(1)");
        for (List<CapturedRow> rows : List.of(
                List.of(INSERT_7),
                List.of(INSERT_7, UPDATE_8, UPDATE_8),
                List.of(UPDATE_8, INSERT_7),
                List.of(INSERT_7, deleted),
                List.of(INSERT_7, emptied),
                List.of(INSERT_7, other))) {
            assertThat(Reruns.agree(TWO, sealed(Optional.of(PLAIN), List.of(), rows.toArray(CapturedRow[]::new))))
                    .as("%s", rows)
                    .isFalse();
        }
        SeenDdl ddl = new SeenDdl(3, "CREATE TABLE", false, true, false, "", List.of());
        assertThat(Reruns.agree(TWO, sealed(Optional.of(PLAIN), List.of(ddl), INSERT_7, UPDATE_8)))
                .isFalse();
    }

    @Test
    void settingsThatChangeWhatTextMeansSpeakAgainstIt() {
        Moment odd = new Moment(1_000, 2_000, false);
        assertThat(Reruns.agree(TWO, sealed(Optional.of(odd), List.of(), INSERT_7, UPDATE_8)))
                .isFalse();
        assertThat(Reruns.agree(TWO, sealed(Optional.empty(), List.of(), INSERT_7, UPDATE_8)))
                .isFalse();
    }

    @Test
    void whatWasCapturedGoesAlongWhereItIsToBeCompared() {
        Sealed sealed = sealed(Optional.of(PLAIN), List.of(), INSERT_7, UPDATE_8);
        Form.Statements bare = Reruns.form(TWO, sealed);
        assertThat(bare.checked()).isFalse();
        assertThat(bare.localMicros()).isEqualTo(2_000);
        assertThat(bare.reruns()).extracting(Form.Rerun::length).containsExactly(9, 9);
        TableShape shape = new TableShape("public", "t", List.of(), List.of());
        Form.Statements checked = Reruns.form(TWO, sealed, (rel, at) -> Optional.of(shape));
        assertThat(checked.checked()).isTrue();
        assertThat(checked.reruns().stream()
                        .map(r -> r.captured().orElseThrow().changes().getFirst()))
                .containsExactly(new RowChange.Insert("(1)"), new RowChange.Update("(1)", "(1)"));
        Form.Statements half = Reruns.form(TWO, sealed, (rel, at) -> rel == 7 ? Optional.of(shape) : Optional.empty());
        assertThat(half.checked()).isFalse();
    }
}
