package io.understudy.classification;

import io.understudy.classification.Classification.Copy;
import io.understudy.classification.Classification.Ddl;
import io.understudy.classification.Classification.Maintenance;
import io.understudy.classification.Classification.Read;
import io.understudy.classification.Classification.Refused;
import io.understudy.classification.Classification.Scope;
import io.understudy.classification.Classification.Understudy;
import io.understudy.classification.Classification.Write;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One line for a classification, as the tables of the tests have it. */
final class Described {
    private Described() {}

    static String of(Classification c) {
        return switch (c) {
            case Read r -> "read" + (r.scope() == Scope.SERVER ? " server" : "") + list(" ", r.tables());
            case Write w ->
                "write " + lower(w.cause()) + list(" ", w.written()) + list(" from ", w.read())
                        + (w.movesSequences() ? " sequences" : "") + pins(w)
                        + (w.form() instanceof StatementForm.Eligible e
                                ? " eligible"
                                        + (e.timestamps().isEmpty()
                                                ? ""
                                                : " timestamps="
                                                        + e.timestamps().size())
                                : "");
            case Ddl d ->
                d.tag()
                        + (d.shared() ? " shared" : "")
                        + (d.transactional() ? "" : " alone")
                        + (d.rewritesRows() ? " rows" : "")
                        + (d.lockFree() ? " lockfree" : "")
                        + (d.temporary() ? " temporary" : "")
                        + (d.movesSequences() ? " sequences" : "")
                        + (d.passwords().isEmpty()
                                ? ""
                                : " passwords=" + d.passwords().size());
            case Copy y ->
                "copy " + (y.from() ? "from" : "to") + (y.client() ? "" : " server")
                        + y.table().map(t -> " " + t.name()).orElse("") + ": " + of(y.content());
            case Maintenance m -> "maintenance " + m.tag() + (m.transactional() ? "" : " alone");
            case Refused r -> "refused " + r.sqlState();
            case Understudy u -> "understudy " + u.name();
            case SessionStatement.Prepare p -> "Prepare " + p.name() + ": " + of(p.statement());
            case SessionStatement.Execute e -> "Execute " + e.name() + ": " + of(e.arguments());
            case SessionStatement.DeclareCursor d ->
                "DeclareCursor " + d.name() + (d.hold() ? " hold" : "") + ": " + of(d.query());
            case TransactionControl.Begin b -> "Begin[options=" + b.options() + "]";
            case Classification.ExplainRoute e -> "route" + (e.json() ? " json" : "") + ": " + e.statement();
            default -> c.toString();
        };
    }

    private static String pins(Write w) {
        return w.pins().isEmpty()
                ? ""
                : " pins=" + w.pins().stream().map(Described::lower).sorted().collect(Collectors.joining(","));
    }

    private static String lower(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT);
    }

    private static String list(String before, Collection<TableReference> tables) {
        return tables.isEmpty()
                ? ""
                : before
                        + String.join(
                                ",",
                                new TreeSet<>(tables.stream()
                                        .map(TableReference::name)
                                        .toList()));
    }
}
