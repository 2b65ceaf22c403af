package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.Form.Ddl;
import io.understudy.log.StatementLog;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** The schema changes in a transaction's entry, wherever it has them. */
final class LoggedDdl {
    private LoggedDdl() {}

    static List<Ddl> of(Entry.Transaction t, StatementLog log) throws IOException {
        return switch (t.form()) {
            case Form.Statements s -> List.of();
            case Form.Rows r -> only(r.parts().stream());
            case Form.Chunks c -> inChunks(c, log);
        };
    }

    private static List<Ddl> inChunks(Form.Chunks chunks, StatementLog log) throws IOException {
        Stream.Builder<Form.Part> parts = Stream.builder();
        for (long index : chunks.indexes()) {
            if (EntryCodec.decode(log.read(index)) instanceof Entry.Chunk chunk) {
                chunk.parts().stream().filter(Ddl.class::isInstance).forEach(parts);
            }
        }
        return only(parts.build());
    }

    private static List<Ddl> only(Stream<Form.Part> parts) {
        return parts.filter(Ddl.class::isInstance).map(Ddl.class::cast).toList();
    }
}
