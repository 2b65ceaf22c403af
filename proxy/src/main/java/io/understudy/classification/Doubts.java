package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.classification.Classification.Cause;
import io.understudy.classification.Classification.Copy;
import io.understudy.classification.Classification.Read;
import io.understudy.classification.Classification.Write;
import io.understudy.classification.StatementForm.Ineligible;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What remains of a classification while the schema changes: a function may be another one by the time the statement runs, a table a view. Reads of anything
 * but built-in functions may write then, and go where writing is allowed and captured. Pure.
 */
final class Doubts {
    private Doubts() {}

    static Classification of(Classification c, DatabaseCatalog catalog) {
        return switch (c) {
            case Read r -> read(r, catalog);
            case Copy copy -> new Copy(copy.from(), copy.client(), copy.table(), of(copy.content(), catalog));
            default -> c;
        };
    }

    private static Classification read(Read r, DatabaseCatalog catalog) {
        boolean users = r.functions().stream()
                .flatMap(name -> catalog.functions(name).stream())
                .anyMatch(f -> !f.builtIn());
        if (!users && r.tables().isEmpty()) {
            return r;
        }
        Set<PinReason> pins =
                users ? EnumSet.of(PinReason.OPAQUE_CODE, PinReason.SEQUENCE_VALUE) : EnumSet.noneOf(PinReason.class);
        return new Write(
                Cause.CHANGING_SCHEMA,
                "the schema has just changed",
                List.of(),
                r.tables(),
                r.functions(),
                true,
                pins,
                new Ineligible("it is a query"));
    }
}
