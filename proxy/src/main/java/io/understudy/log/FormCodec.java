package io.understudy.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The two forms of a transaction's entry, to bytes and back. */
final class FormCodec {
    /** As they stand: what entries held before there were reruns. */
    private static final int STATEMENTS = 0;

    private static final int ROWS = 1;
    private static final int CHUNKS = 2;
    private static final int RERUNS = 3;

    private static final int DDL = 0;
    private static final int TABLE_CHANGES = 1;
    private static final int LONG_ROW = 2;
    private static final int PIECE = 3;

    private static final int INSERT = 0;
    private static final int UPDATE = 1;
    private static final int DELETE = 2;

    private FormCodec() {}

    static void form(BinaryWriter out, Form form) {
        switch (form) {
            case Form.Statements statements -> {
                out.u8(RERUNS);
                out.signed(statements.localMicros());
                EntryCodec.list(out, statements.reruns(), FormCodec::rerun);
            }
            case Form.Rows rows -> {
                out.u8(ROWS);
                parts(out, rows.parts());
            }
            case Form.Chunks chunks -> {
                out.u8(CHUNKS);
                EntryCodec.list(out, chunks.indexes(), BinaryWriter::unsigned);
            }
        }
    }

    static Form form(BinaryReader in) {
        int kind = in.u8();
        return switch (kind) {
            case STATEMENTS -> new Form.Statements();
            case ROWS -> new Form.Rows(parts(in));
            case CHUNKS -> new Form.Chunks(EntryCodec.list(in, BinaryReader::unsigned));
            case RERUNS -> {
                long localMicros = in.signed();
                yield new Form.Statements(EntryCodec.list(in, FormCodec::rerun), localMicros);
            }
            default -> throw new EntryFormatException("form " + kind);
        };
    }

    private static void rerun(BinaryWriter out, Form.Rerun rerun) {
        out.unsigned(rerun.length());
        EntryCodec.list(out, rerun.times(), (o, time) -> {
            o.unsigned(time.start());
            o.unsigned(time.end());
            o.flag(time.zoned());
        });
        out.flag(rerun.captured().isPresent());
        rerun.captured().ifPresent(changes -> part(out, changes));
    }

    private static Form.Rerun rerun(BinaryReader in) {
        int length = (int) in.unsigned();
        List<Form.Time> times =
                EntryCodec.list(in, i -> new Form.Time((int) i.unsigned(), (int) i.unsigned(), i.flag()));
        if (!in.flag()) {
            return new Form.Rerun(times, length, Optional.empty());
        }
        if (part(in) instanceof Form.TableChanges changes) {
            return new Form.Rerun(times, length, Optional.of(changes));
        }
        throw new EntryFormatException("a statement's change is not one of a table");
    }

    static void parts(BinaryWriter out, List<Form.Part> parts) {
        EntryCodec.list(out, parts, FormCodec::part);
    }

    static List<Form.Part> parts(BinaryReader in) {
        return EntryCodec.list(in, FormCodec::part);
    }

    private static void part(BinaryWriter out, Form.Part part) {
        switch (part) {
            case Form.Ddl ddl -> {
                out.u8(DDL);
                StatementCodec.statement(out, ddl.statement());
                StatementCodec.context(out, ddl.context());
            }
            case Form.TableChanges changes -> {
                out.u8(TABLE_CHANGES);
                shape(out, changes.table());
                out.flag(changes.truncate());
                EntryCodec.list(out, changes.changes(), FormCodec::change);
            }
            case Form.LongRow row -> {
                out.u8(LONG_ROW);
                shape(out, row.table());
                out.signed(row.beforeBytes());
                out.signed(row.afterBytes());
            }
            case Form.Piece piece -> {
                out.u8(PIECE);
                out.text(piece.text());
            }
        }
    }

    private static Form.Part part(BinaryReader in) {
        int kind = in.u8();
        return switch (kind) {
            case DDL -> new Form.Ddl(StatementCodec.statement(in), StatementCodec.context(in));
            case TABLE_CHANGES -> new Form.TableChanges(shape(in), in.flag(), EntryCodec.list(in, FormCodec::change));
            case LONG_ROW -> new Form.LongRow(shape(in), in.signed(), in.signed());
            case PIECE -> new Form.Piece(in.text());
            default -> throw new EntryFormatException("part " + kind + " of a row form");
        };
    }

    private static void shape(BinaryWriter out, TableShape shape) {
        out.text(shape.schema());
        out.text(shape.name());
        EntryCodec.list(out, shape.columns(), (o, column) -> {
            o.text(column.name());
            o.flag(column.generated());
            o.flag(column.identityAlways());
        });
        EntryCodec.list(out, shape.key(), BinaryWriter::text);
    }

    private static TableShape shape(BinaryReader in) {
        String schema = in.text();
        String name = in.text();
        List<TableShape.Column> columns = EntryCodec.list(in, i -> new TableShape.Column(i.text(), i.flag(), i.flag()));
        return new TableShape(schema, name, columns, EntryCodec.list(in, BinaryReader::text));
    }

    private static void change(BinaryWriter out, RowChange change) {
        switch (change) {
            case RowChange.Insert insert -> {
                out.u8(INSERT);
                out.text(insert.row());
            }
            case RowChange.Update update -> {
                out.u8(UPDATE);
                out.text(update.before());
                out.text(update.after());
            }
            case RowChange.Delete delete -> {
                out.u8(DELETE);
                out.text(delete.row());
            }
        }
    }

    private static RowChange change(BinaryReader in) {
        int kind = in.u8();
        return switch (kind) {
            case INSERT -> new RowChange.Insert(in.text());
            case UPDATE -> new RowChange.Update(in.text(), in.text());
            case DELETE -> new RowChange.Delete(in.text());
            default -> throw new EntryFormatException("row change " + kind);
        };
    }

    /** Near the encoded size for text without many wide characters; parts other than table changes are small. */
    static long expectedSize(Form form) {
        return switch (form) {
            case Form.Statements statements -> {
                List<Form.Part> captured = new ArrayList<>();
                statements.reruns().forEach(r -> r.captured().ifPresent(captured::add));
                yield 16L * statements.reruns().size() + expectedSize(captured);
            }
            case Form.Rows rows -> expectedSize(rows.parts());
            case Form.Chunks chunks -> 16 + 5L * chunks.indexes().size();
        };
    }

    static long expectedSize(List<Form.Part> parts) {
        long size = 16;
        for (Form.Part part : parts) {
            size += 512;
            if (part instanceof Form.Piece piece) {
                size += piece.text().length();
            }
            if (part instanceof Form.TableChanges changes) {
                for (RowChange change : changes.changes()) {
                    size += 8L
                            + switch (change) {
                                case RowChange.Insert insert -> insert.row().length();
                                case RowChange.Update update ->
                                    update.before().length() + update.after().length();
                                case RowChange.Delete delete -> delete.row().length();
                            };
                }
            }
        }
        return size;
    }
}
