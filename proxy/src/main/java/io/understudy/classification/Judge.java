package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.Relation;
import io.understudy.classification.Classification.Cause;
import io.understudy.classification.Classification.Read;
import io.understudy.classification.Classification.Refused;
import io.understudy.classification.Classification.Scope;
import io.understudy.classification.Classification.Write;
import io.understudy.classification.StatementForm.Eligible;
import io.understudy.classification.StatementForm.Ineligible;
import io.understudy.classification.StatementForm.TimestampPlace;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Holds the facts of a query or DML statement against the catalog. Pure. */
final class Judge {
    private final Facts facts;
    private final DatabaseCatalog catalog;
    private final List<String> searchPath;
    private final List<Relation> relationsRead;
    private final List<Relation> relationsWritten;
    private final Effects effects;
    private final List<TableReference> read = new ArrayList<>();
    private final List<TableReference> written = new ArrayList<>();
    private boolean server;
    private Optional<String> unknownTable = Optional.empty();
    private Optional<String> volatileView = Optional.empty();
    private boolean sequences;

    private Judge(Facts facts, DatabaseCatalog catalog, List<String> searchPath) {
        this.facts = facts;
        this.catalog = catalog;
        this.searchPath = searchPath;
        this.relationsRead = relations(facts.read);
        this.relationsWritten = relations(facts.written);
        List<Relation> all = new ArrayList<>(relationsRead);
        all.addAll(relationsWritten);
        this.effects = Effects.of(facts, all, catalog);
    }

    static Classification judge(Facts facts, DatabaseCatalog catalog, List<String> searchPath) {
        return new Judge(facts, catalog, searchPath).decide();
    }

    private List<Relation> relations(Set<Facts.Name> names) {
        return names.stream()
                .flatMap(n -> catalog.relation(n.schema(), n.name(), searchPath).stream())
                .toList();
    }

    private Classification decide() {
        Optional<Refused> refused = Belongings.query(facts, relationsRead, relationsWritten, catalog, searchPath);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (effects.largeObject) {
            return new Refused(
                    "0A000",
                    "large objects cannot be written through Understudy",
                    "Store the data in a bytea column: large objects are not replicated.");
        }
        if (effects.functions.contains("pg_import_system_collations")) {
            return new Refused(
                    "0A000",
                    "pg_import_system_collations() cannot be replicated",
                    "What it finds is each server's own: use CREATE COLLATION.");
        }
        for (Facts.Name name : facts.read) {
            reads(name);
        }
        for (Facts.Name name : facts.written) {
            writes(name);
        }
        if (facts.into.isPresent()) {
            return selectInto(facts.intoTemporary);
        }
        if (facts.failure.isPresent()) {
            return write(
                    Cause.UNPARSED,
                    facts.failure.get(),
                    true,
                    new Ineligible("it was not understood: " + facts.failure.get()));
        }
        return switch (facts.verb) {
            case "insert" -> dml(Cause.INSERT);
            case "update" -> dml(Cause.UPDATE);
            case "delete" -> dml(Cause.DELETE);
            case "merge" -> dml(Cause.MERGE);
            default -> query();
        };
    }

    private Classification dml(Cause cause) {
        StatementForm form = facts.exact
                .map(tree -> Whitelist.decide(tree, catalog, searchPath))
                .orElseGet(
                        () -> new Ineligible(
                                "it is more than a plain statement on one table (ON CONFLICT, FROM, USING, WITH, a cast, a subquery or the like)"));
        if (form instanceof Eligible && effects.writes.isPresent()) {
            form = new Ineligible("it uses something volatile: " + effects.writes.get());
        }
        if (form instanceof Eligible && catalog.userCasts()) {
            form = new Ineligible("a user has made a cast between built-in types");
        }
        if (form instanceof Eligible && !catalog.userOperators().isEmpty()) {
            form = userOperator().<StatementForm>map(Ineligible::new).orElse(form);
        }
        return write(cause, facts.verb, sequences, placed(form));
    }

    /** A user's operator may take the place of a built-in one wherever it fits the types better. */
    private Optional<String> userOperator() {
        for (String op : catalog.userOperators()) {
            if (op.equals("=") || op.equals("~~") || facts.operators.contains(op)) {
                return Optional.of("a user has made an operator " + op + " for built-in types");
            }
        }
        return Optional.empty();
    }

    /** Gives the timestamps of the statement form their places: both are in the order of the text. */
    private StatementForm placed(StatementForm form) {
        if (!(form instanceof Eligible eligible)) {
            return form;
        }
        List<TimestampPlace> found = facts.timestamps;
        if (found.size() != eligible.timestamps().size()) {
            return new Ineligible("it mentions the transaction's timestamp in an unusual place");
        }
        List<TimestampPlace> places = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            places.add(new TimestampPlace(
                    found.get(i).token(),
                    found.get(i).tokens(),
                    eligible.timestamps().get(i).zoned()));
        }
        return new Eligible(eligible.table(), eligible.change(), places, facts.returning);
    }

    private Classification query() {
        Ineligible form = new Ineligible("it is a query");
        if (facts.modifyingWith) {
            return write(Cause.WITH, "data-modifying WITH", sequences, form);
        }
        if (facts.locks) {
            return write(Cause.ROW_LOCK, "locks rows", false, form);
        }
        if (effects.writes.isPresent()) {
            return write(Cause.FUNCTION, effects.writes.get(), false, form);
        }
        if (unknownTable.isPresent()) {
            return write(Cause.UNKNOWN_TABLE, "unknown table " + unknownTable.get(), true, form);
        }
        if (volatileView.isPresent()) {
            return write(Cause.VIEW, "view " + volatileView.get(), true, form);
        }
        boolean here = server || effects.server || facts.systemColumns;
        return new Read(
                here ? Scope.SERVER : Scope.DATA, read, effects.functions, read.isEmpty() ? "no table" : "only reads");
    }

    private Write write(Cause cause, String why, boolean sequences, StatementForm form) {
        boolean moves = sequences || effects.movesSequences;
        Set<PinReason> pins = EnumSet.noneOf(PinReason.class);
        pins.addAll(effects.pins);
        if (moves) {
            pins.add(PinReason.SEQUENCE_VALUE);
        }
        return new Write(cause, why, written, read, effects.functions, moves, pins, form);
    }

    private Classification selectInto(boolean temporary) {
        Set<PinReason> pins = EnumSet.noneOf(PinReason.class);
        pins.addAll(effects.pins);
        if (temporary) {
            pins.add(PinReason.TEMPORARY_OBJECT);
        }
        return new Classification.Ddl(
                "SELECT INTO", false, true, true, false, temporary, effects.movesSequences, pins, List.of());
    }

    private void reads(Facts.Name name) {
        Optional<Relation> found = catalog.relation(name.schema(), name.name(), searchPath);
        if (found.isEmpty()) {
            unknownTable = unknownTable.or(() -> Optional.of(name.name()));
            read.add(new TableReference(name.schema(), name.name(), 0));
            return;
        }
        Relation r = found.get();
        read.add(new TableReference(r.schema(), r.name(), r.oid()));
        boolean system = r.schema().equals("pg_catalog");
        // Object ids, statistics and transaction numbers are each server's own, and so is how far a sequence is.
        server |= system || r.kind() == 'S';
        if (r.readsVolatile() && !system) {
            volatileView = volatileView.or(() -> Optional.of(r.name()));
        }
        if (r.persistence() == 't') {
            unknownTable = unknownTable.or(() -> Optional.of(r.name()));
        }
    }

    private void writes(Facts.Name name) {
        Optional<Relation> found = catalog.relation(name.schema(), name.name(), searchPath);
        if (found.isEmpty()) {
            sequences = true;
            written.add(new TableReference(name.schema(), name.name(), 0));
            return;
        }
        Relation r = found.get();
        // Writing a view runs rules or triggers that may do anything.
        sequences |= r.sequences() || r.kind() == 'v';
        written.add(new TableReference(r.schema(), r.name(), r.oid()));
    }
}
