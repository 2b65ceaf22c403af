package io.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.log.RowChange;
import io.understudy.log.SequencePosition;
import io.understudy.log.SessionContext;
import io.understudy.log.TableShape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EntryJsonTest {
    private static final UUID ID = new UUID(0, 7);

    @Test
    void aTransactionInRowFormShowsItsStatementsAndCountsItsRows() {
        LoggedStatement statement = new LoggedStatement(
                "insert into t values ($1, $2, $3)",
                List.of(
                        new Parameter(0, false, "a".getBytes(StandardCharsets.UTF_8)),
                        new Parameter(17, true, new byte[] {1, (byte) 0xff}),
                        new Parameter(0, false, null)),
                2);
        Form form = new Form.Rows(List.of(
                new Form.Ddl(new LoggedStatement("create table t()", List.of(), -1), context()),
                new Form.TableChanges(
                        new TableShape("public", "t", List.of(), List.of()),
                        true,
                        List.of(
                                new RowChange.Insert("(1)"),
                                new RowChange.Insert("(2)"),
                                new RowChange.Update("(3)", "(4)"),
                                new RowChange.Delete("(5)")))));
        String json = EntryJson.of(12, transaction(statement, form)).toString();
        assertThat(json)
                .contains("\"index\":12", "\"kind\":\"transaction\"", "\"form\":\"row\"", "\"epoch\":3")
                .contains("\"at\":\"1970-01-01T00:00:02Z\"")
                .contains("\"parameters\":[\"a\",\"\\\\x01ff\",null]")
                .contains("\"ddl\":\"create table t()\"")
                .contains("{\"table\":\"public.t\",\"truncated\":true,\"inserted\":2,\"updated\":1,\"deleted\":1}")
                .contains("{\"name\":\"public.s\",\"value\":33,\"called\":true}");
    }

    @Test
    void longTextsAreCut() {
        LoggedStatement statement = new LoggedStatement("x".repeat(100_000), List.of(), 1);
        String json =
                EntryJson.of(1, transaction(statement, new Form.Statements())).toString();
        assertThat(json)
                .hasSizeLessThan(3000)
                .contains("\"form\":\"statement\"")
                .contains("x…");
    }

    @Test
    void everyKindHasItsWord() {
        assertThat(kind(new Entry.Noop())).isEqualTo("noop");
        assertThat(kind(new Entry.MasterAssigned("n1", ID, 4, "view"))).isEqualTo("master");
        assertThat(kind(new Entry.SequencesReserved(ID, ID, 1, List.of(), List.of())))
                .isEqualTo("sequences");
        assertThat(kind(new Entry.Maintenance(ID, ID, 1, context(), "vacuum"))).isEqualTo("maintenance");
        assertThat(kind(new Entry.VerificationPoint(ID, ID, 1))).isEqualTo("verification");
    }

    private static String kind(Entry entry) {
        return EntryJson.of(1, entry).get("kind").asText();
    }

    private static SessionContext context() {
        return new SessionContext("app", Map.of("TimeZone", "UTC"));
    }

    private static Entry transaction(LoggedStatement statement, Form form) {
        return new Entry.Transaction(
                ID,
                ID,
                3,
                99,
                1_000_000,
                2_000_000,
                context(),
                List.of(statement),
                form,
                List.of(new SequencePosition("public", "s", 33, true)));
    }
}
