package io.understudy.execution;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.capture.DdlNotes;
import io.understudy.capture.NestedDdl;
import io.understudy.capture.Seal;
import io.understudy.capture.Sealed;
import io.understudy.capture.SeenDdl;
import io.understudy.capture.ShapesAtCut;
import io.understudy.classification.CallStack;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SessionContext;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** DDL that a transaction ran inside functions, DO blocks and triggers, as replicas are to run it: each command by itself, under the role and settings it had there. */
final class NestedStatements {
    private NestedStatements() {}

    /**
     * Reads it from the sealed transaction.
     *
     * @param shapes learns what the tables looked like before
     * @param settled as for {@link Seal#nested}
     * @return for each of {@link Sealed#nestedDdl}, in their order, what stands for it
     * @throws CommitFailure 0A000 if it cannot be told what one of them was
     */
    static List<List<Form.Ddl>> read(
            Queries connection, String secret, Seal seal, Sealed sealed, ShapesAtCut shapes, boolean settled)
            throws IOException, ServerError, CommitFailure {
        List<SeenDdl> seen = sealed.nestedDdl();
        List<NestedDdl> known = seal.nested(connection, shapes, settled);
        List<List<Form.Ddl>> statements = new ArrayList<>();
        @Nullable List<String> labels = null;
        for (int i = 0; i < seen.size(); i++) {
            SeenDdl ddl = seen.get(i);
            Optional<NestedDdl> nested = i < known.size() ? Optional.of(known.get(i)) : Optional.empty();
            String sql = nested.flatMap(NestedStatements::text).orElseThrow(() -> untold(ddl));
            SessionContext context = nested.orElseThrow().context();
            String replayed =
                    ForReplicas.insteadOfNested(connection, sql, context).orElse(sql);
            FixedMoments.refuseNested(connection, secret, ddl.tag(), replayed, context);
            List<Form.Ddl> parts = new ArrayList<>();
            if (!replayed.isEmpty()) {
                parts.add(ddl(replayed, context));
            }
            if (MasterTransactions.MAKES_LABELS.contains(ddl.tag())) {
                labels = labels == null ? DdlNotes.labelNumbers(connection) : labels;
                labels.forEach(numbered -> parts.add(ddl(numbered, context)));
            }
            statements.add(parts);
        }
        return statements;
    }

    private static Form.Ddl ddl(String sql, SessionContext context) {
        return new Form.Ddl(new LoggedStatement(sql, List.of(), -1), context);
    }

    private static Optional<String> text(NestedDdl nested) {
        return nested.statement()
                .or(() -> CallStack.statement(
                        nested.frames(), nested.body(), nested.context().standardStrings()));
    }

    private static CommitFailure untold(SeenDdl ddl) {
        return new CommitFailure(ErrorFields.error(
                "0A000",
                ddl.tag() + " inside this function cannot be replicated: what was run cannot be told",
                "Run it as a statement of its own, or by EXECUTE in a function or DO block in PL/pgSQL."));
    }
}
