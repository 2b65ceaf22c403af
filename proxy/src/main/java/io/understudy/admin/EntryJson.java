package io.understudy.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.log.RowChange;
import io.understudy.log.SequencePosition;
import io.understudy.log.SessionContext;
import io.understudy.log.TableShape;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;

/** An entry of the statement log as JSON, for people: texts are cut, rows are counted. */
final class EntryJson {
    private static final int TEXT_CHARS_MAX = 2000;

    private EntryJson() {}

    static ObjectNode of(long index, Entry entry) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("index", index);
        if (entry instanceof Entry.Fenced fenced) {
            json.put("epoch", fenced.epoch());
            json.put("id", fenced.id().toString());
        }
        switch (entry) {
            case Entry.Noop noop -> json.put("kind", "noop");
            case Entry.MembersChanged changed -> {
                json.put("kind", "members");
                json.put("reason", changed.reason());
            }
            case Entry.MasterAssigned assigned -> {
                json.put("kind", "master");
                json.put("epoch", assigned.epoch());
                json.put("node", assigned.node());
                json.put("reason", assigned.reason());
            }
            case Entry.Transaction transaction -> addTransaction(json, transaction);
            case Entry.SequencesReserved reserved -> {
                json.put("kind", "sequences");
                addSequences(json.putArray("ceilings"), reserved.ceilings());
                addSequences(json.putArray("exact"), reserved.exact());
            }
            case Entry.Maintenance maintenance -> {
                json.put("kind", "maintenance");
                addContext(json, maintenance.context());
                json.put("sql", cut(maintenance.sql()));
            }
            case Entry.VerificationPoint point -> json.put("kind", "verification");
            case Entry.Chunk chunk -> {
                json.put("kind", "chunk");
                json.put("transaction", chunk.transaction().toString());
                json.put("number", chunk.number());
                addParts(json, chunk.parts());
            }
        }
        return json;
    }

    private static void addTransaction(ObjectNode json, Entry.Transaction transaction) {
        json.put("kind", "transaction");
        json.put(
                "at",
                Instant.EPOCH
                        .plus(transaction.commitMicros(), ChronoUnit.MICROS)
                        .toString());
        json.put("xid", transaction.xid());
        addContext(json, transaction.context());
        ArrayNode statements = json.putArray("statements");
        transaction.statements().forEach(s -> addStatement(statements.addObject(), s));
        switch (transaction.form()) {
            case Form.Statements same -> json.put("form", "statement");
            case Form.Rows rows -> {
                json.put("form", "row");
                addParts(json, rows.parts());
            }
            case Form.Chunks chunks -> {
                json.put("form", "row");
                ArrayNode indexes = json.putArray("chunks");
                chunks.indexes().forEach(indexes::add);
            }
        }
        addSequences(json.putArray("sequences"), transaction.sequences());
    }

    private static void addContext(ObjectNode json, SessionContext context) {
        json.put("role", context.role());
        ObjectNode settings = json.putObject("settings");
        context.settings().forEach(settings::put);
    }

    private static void addStatement(ObjectNode json, LoggedStatement statement) {
        json.put("sql", cut(statement.sql()));
        if (!statement.parameters().isEmpty()) {
            ArrayNode parameters = json.putArray("parameters");
            statement.parameters().forEach(p -> addParameter(parameters, p));
        }
        json.put("rows", statement.rows());
    }

    private static void addParameter(ArrayNode parameters, Parameter parameter) {
        byte[] value = parameter.value();
        if (value == null) {
            parameters.addNull();
        } else if (parameter.binary()) {
            parameters.add(cut("\\x" + HexFormat.of().formatHex(value, 0, Math.min(value.length, TEXT_CHARS_MAX))));
        } else {
            parameters.add(cut(new String(value, StandardCharsets.UTF_8)));
        }
    }

    private static void addParts(ObjectNode json, List<Form.Part> parts) {
        ArrayNode changes = json.putArray("changes");
        parts.forEach(p -> addPart(changes.addObject(), p));
    }

    private static void addPart(ObjectNode json, Form.Part part) {
        switch (part) {
            case Form.Ddl ddl -> json.put("ddl", cut(ddl.statement().sql()));
            case Form.TableChanges changes -> {
                TableShape table = changes.table();
                json.put("table", table.schema() + "." + table.name());
                json.put("truncated", changes.truncate());
                json.put("inserted", count(changes, RowChange.Insert.class));
                json.put("updated", count(changes, RowChange.Update.class));
                json.put("deleted", count(changes, RowChange.Delete.class));
            }
            case Form.LongRow row -> {
                boolean before = row.beforeBytes() >= 0;
                boolean after = row.afterBytes() >= 0;
                json.put("table", row.table().schema() + "." + row.table().name());
                json.put("truncated", false);
                json.put("inserted", after && !before ? 1 : 0);
                json.put("updated", before && after ? 1 : 0);
                json.put("deleted", before && !after ? 1 : 0);
            }
            case Form.Piece piece -> json.put("piece", cut(piece.text()));
        }
    }

    private static long count(Form.TableChanges changes, Class<? extends RowChange> kind) {
        return changes.changes().stream().filter(kind::isInstance).count();
    }

    private static void addSequences(ArrayNode json, List<SequencePosition> sequences) {
        for (SequencePosition s : sequences) {
            json.addObject()
                    .put("name", s.schema() + "." + s.name())
                    .put("value", s.value())
                    .put("called", s.called());
        }
    }

    private static String cut(String text) {
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX) + "…";
    }
}
