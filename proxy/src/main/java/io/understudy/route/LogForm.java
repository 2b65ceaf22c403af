package io.understudy.route;

import io.understudy.classification.Classification;
import io.understudy.classification.StatementForm;
import java.util.Optional;

/**
 * How a statement would be logged, in words.
 *
 * @param form none, statement, row, ddl or maintenance
 * @param why for row form: why it is not logged as a statement
 */
record LogForm(String form, String why) {

    /** @param distrusted whether a replica has found that statements of its shape are not what they seem */
    static LogForm of(Classification c, Asker asker, boolean distrusted) {
        return switch (c) {
            case Classification.Write w -> write(w.form(), asker, distrusted);
            case Classification.Copy copy ->
                copy.from() ? new LogForm("row", "COPY is not on the whitelist of the statement form") : none();
            case Classification.Ddl d when d.temporary() -> none();
            case Classification.Ddl d ->
                new LogForm(
                        "ddl",
                        d.rewritesRows()
                                ? "replicas repeat the statement, and get the rows it makes as they were captured"
                                : "replicas repeat the statement");
            case Classification.Maintenance m -> new LogForm("maintenance", "every node runs it by itself");
            default -> none();
        };
    }

    static LogForm none() {
        return new LogForm("none", "it changes nothing that is replicated");
    }

    private static LogForm write(StatementForm form, Asker asker, boolean distrusted) {
        if (form instanceof StatementForm.Ineligible i) {
            return new LogForm("row", i.why());
        }
        Optional<String> rows = asker.transaction().flatMap(Asker.Transaction::rows);
        if (rows.isPresent()) {
            return new LogForm("row", rows.get());
        }
        if (asker.onMaster() && !asker.pins().isEmpty()) {
            return new LogForm("row", "the session has state of its own that may change what the statement means");
        }
        if (distrusted) {
            return new LogForm("row", "on a replica a statement of this kind had another effect than on the master");
        }
        return new LogForm(
                "statement", "if it changes exactly one row, and the rest of its transaction can be logged so too");
    }
}
