package io.understudy.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.log.RowChange;
import io.understudy.log.RowText;
import io.understudy.log.SequencePosition;
import io.understudy.log.SessionContext;
import io.understudy.log.TableShape;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entries of the log as JSON for programs: whole, with every value as PostgreSQL writes it. For people there is {@link EntryJson}. */
final class FeedJson {
    private FeedJson() {}

    static ObjectNode heartbeat(long index) {
        return line(index, "heartbeat");
    }

    /** The entries that were asked for are gone; what there is begins there. */
    static ObjectNode gone(long firstIndex) {
        return JsonNodeFactory.instance.objectNode().put("kind", "gone").put("firstIndex", firstIndex);
    }

    /** Part of a large transaction, whose own line follows. */
    static ObjectNode chunk(long index, Entry.Transaction transaction, int number, List<Form.Part> parts) {
        ObjectNode json = line(index, "changes");
        json.put("id", transaction.id().toString());
        json.put("number", number);
        addParts(json.putArray("changes"), parts);
        return json;
    }

    static ObjectNode of(long index, Entry entry) {
        return switch (entry) {
            case Entry.Transaction t -> transaction(index, t);
            case Entry.MasterAssigned m ->
                line(index, "master")
                        .put("epoch", m.epoch())
                        .put("node", m.node())
                        .put("reason", m.reason());
            case Entry.SequencesReserved s -> {
                ObjectNode json = line(index, "sequences");
                json.put("epoch", s.epoch());
                addSequences(json.putArray("ceilings"), s.ceilings());
                addSequences(json.putArray("sequences"), s.exact());
                yield json;
            }
            case Entry.Maintenance m -> {
                ObjectNode json = line(index, "maintenance");
                json.put("epoch", m.epoch());
                addContext(json, m.context());
                yield json.put("sql", m.sql());
            }
            case Entry.Noop n -> line(index, "noop");
            case Entry.MembersChanged m -> line(index, "members").put("reason", m.reason());
            case Entry.VerificationPoint v -> line(index, "verification");
            case Entry.Chunk c -> throw new IllegalArgumentException("a chunk by itself says nothing");
        };
    }

    private static ObjectNode line(long index, String kind) {
        return JsonNodeFactory.instance.objectNode().put("index", index).put("kind", kind);
    }

    private static ObjectNode transaction(long index, Entry.Transaction t) {
        ObjectNode json = line(index, "transaction");
        json.put("epoch", t.epoch());
        json.put("id", t.id().toString());
        json.put("at", Instant.EPOCH.plus(t.commitMicros(), ChronoUnit.MICROS).toString());
        addContext(json, t.context());
        ArrayNode statements = json.putArray("statements");
        t.statements().forEach(s -> addStatement(statements.addObject(), s));
        switch (t.form()) {
            case Form.Statements same -> {
                json.put("form", "statement");
                ArrayNode changes = JsonNodeFactory.instance.arrayNode();
                same.reruns().forEach(r -> r.captured().ifPresent(c -> addParts(changes, List.of(c))));
                if (same.checked()) {
                    json.set("changes", changes);
                }
            }
            case Form.Rows rows -> {
                json.put("form", "row");
                addParts(json.putArray("changes"), rows.parts());
            }
            case Form.Chunks chunks -> {
                json.put("form", "row");
                json.put("chunks", chunks.indexes().size());
            }
        }
        addSequences(json.putArray("sequences"), t.sequences());
        return json;
    }

    private static void addContext(ObjectNode json, SessionContext context) {
        json.put("role", context.role());
        ObjectNode settings = json.putObject("settings");
        context.settings().forEach(settings::put);
    }

    private static void addStatement(ObjectNode json, LoggedStatement statement) {
        json.put("sql", statement.sql());
        ArrayNode parameters = json.putArray("parameters");
        for (Parameter p : statement.parameters()) {
            ObjectNode one = parameters.addObject().put("type", p.type());
            byte[] value = p.value();
            if (value == null) {
                one.putNull("text");
            } else if (p.binary()) {
                one.put("hex", HexFormat.of().formatHex(value));
            } else {
                one.put("text", new String(value, StandardCharsets.UTF_8));
            }
        }
        json.put("rows", statement.rows());
    }

    private static void addParts(ArrayNode changes, List<Form.Part> parts) {
        for (Form.Part part : parts) {
            switch (part) {
                case Form.Ddl ddl -> {
                    ObjectNode json = changes.addObject().put("op", "ddl");
                    addContext(json, ddl.context());
                    json.put("sql", ddl.statement().sql());
                }
                case Form.TableChanges t -> {
                    if (t.truncate()) {
                        of(changes, "truncate", t.table());
                    }
                    t.changes().forEach(c -> addChange(changes, t.table(), c));
                }
                case Form.LongRow row ->
                    of(changes, "long row", row.table())
                            .put("beforeBytes", row.beforeBytes())
                            .put("afterBytes", row.afterBytes());
                case Form.Piece piece -> changes.addObject().put("op", "piece").put("text", piece.text());
            }
        }
    }

    private static ObjectNode of(ArrayNode changes, String op, TableShape table) {
        return changes.addObject().put("op", op).put("schema", table.schema()).put("table", table.name());
    }

    private static void addChange(ArrayNode changes, TableShape table, RowChange change) {
        switch (change) {
            case RowChange.Insert i -> addRow(keyed(of(changes, "insert", table), table), "after", table, i.row());
            case RowChange.Delete d -> addRow(keyed(of(changes, "delete", table), table), "before", table, d.row());
            case RowChange.Update u -> {
                ObjectNode json = keyed(of(changes, "update", table), table);
                addRow(json, "before", table, u.before());
                addRow(json, "after", table, u.after());
            }
        }
    }

    private static ObjectNode keyed(ObjectNode json, TableShape table) {
        ArrayNode key = json.putArray("key");
        table.key().forEach(key::add);
        return json;
    }

    private static void addRow(ObjectNode json, String field, TableShape table, String row) {
        ObjectNode columns = json.putObject(field);
        List<@Nullable String> values = RowText.fields(row, table.columns().size());
        for (int i = 0; i < values.size(); i++) {
            columns.put(table.columns().get(i).name(), values.get(i));
        }
    }

    private static void addSequences(ArrayNode json, List<SequencePosition> sequences) {
        for (SequencePosition s : sequences) {
            json.addObject()
                    .put("schema", s.schema())
                    .put("name", s.name())
                    .put("value", s.value())
                    .put("called", s.called());
        }
    }
}
