package io.understudy.demo.conformity;

import io.understudy.catalog.DatabaseCatalog.Function;
import io.understudy.classification.Insight;
import io.understudy.classification.Insight.CalledFunction;
import io.understudy.classification.TableReference;
import io.understudy.demo.conformity.Trial.Stranger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares what classification found in a statement with what PostgreSQL did. Pure. */
final class Comparison {
    /** Functions of pg_catalog that PostgreSQL's grammar calls for syntax as if it had been a call by name: LIKE … ESCAPE, JSON constructors and the like. */
    private static final Set<String> BY_SYNTAX = Set.of(
            "convert_from",
            "like_escape",
            "similar_to_escape",
            "json_agg_strict",
            "jsonb_agg_strict",
            "json_object_agg_strict",
            "json_object_agg_unique",
            "json_object_agg_unique_strict",
            "jsonb_object_agg_strict",
            "jsonb_object_agg_unique",
            "jsonb_object_agg_unique_strict",
            "json_agg",
            "jsonb_agg",
            "json_object_agg",
            "jsonb_object_agg");

    /** What the grammar's own functions are written as; PostgreSQL has other names for them, and they call nothing that could write. */
    private static final Set<String> SYNTAX = Set.of(
            "trim",
            "overlay",
            "position",
            "substring",
            "extract",
            "normalize",
            "xmlexists",
            "json",
            "json_scalar",
            "json_object");

    private final Insight ours;
    private final ServerAnalysis theirs;
    private final ServerNames names;
    private final Map<Integer, Stranger> strangers;
    private final List<String> differences = new ArrayList<>();

    private Comparison(Insight ours, ServerAnalysis theirs, ServerNames names, Map<Integer, Stranger> strangers) {
        this.ours = ours;
        this.theirs = theirs;
        this.names = names;
        this.strangers = strangers;
    }

    /** What is not equal, for people; empty if everything is. */
    static List<String> differences(
            Insight ours, ServerAnalysis theirs, ServerNames names, Map<Integer, Stranger> strangers) {
        Comparison c = new Comparison(ours, theirs, names, strangers);
        c.compare();
        return c.differences;
    }

    private void compare() {
        if (!ours.fellBack().isEmpty()) {
            differences.add("not parsed: " + ours.fellBack());
            return;
        }
        if (!ours.named().command().equals(theirs.command())) {
            differences.add("command " + ours.named().command() + " instead of " + theirs.command());
        }
        if (ours.named().modifyingWith() != theirs.modifyingWith()) {
            differences.add("data-modifying WITH: " + ours.named().modifyingWith());
        }
        if (ours.locksRows() != theirs.locks()) {
            differences.add("locks rows: " + ours.locksRows());
        }
        tables("reads", ours.named().read(), theirs.read());
        tables("writes", ours.named().written(), theirs.written());
        functions();
    }

    private void tables(String what, Collection<TableReference> found, Set<Integer> ids) {
        Set<String> expected = new TreeSet<>();
        ids.forEach(id -> expected.add(relation(id)));
        Set<String> got = new TreeSet<>();
        for (TableReference t : found) {
            got.add(t.known() ? t.toString() : "~" + t.name());
        }
        differ(what, got, expected);
    }

    private String relation(int id) {
        Stranger stranger = strangers.get(id);
        if (stranger != null) {
            return "~" + stranger.name();
        }
        var r = names.relations().get(id);
        return r == null ? "?" + Integer.toUnsignedString(id) : r.schema() + "." + r.name();
    }

    private void functions() {
        Set<String> expected = new TreeSet<>();
        theirs.called().forEach(id -> expected.add(function(id)));
        Set<String> implied = new TreeSet<>();
        theirs.implied().forEach(id -> implied.add(function(id)));
        Set<String> got = new TreeSet<>();
        ours.functions().stream().map(CalledFunction::name).forEach(got::add);
        expected.removeIf(name -> BY_SYNTAX.contains(name) && !got.contains(name));
        // A call by the name of a type is a cast, whatever PostgreSQL makes of it.
        got.removeIf(name ->
                !expected.contains(name) && (implied.contains(name) || names.isType(name) || SYNTAX.contains(name)));
        differ("calls", got, expected);
    }

    private String function(int id) {
        Function f = names.functions().get(id);
        if (f != null) {
            return f.name();
        }
        Stranger s = strangers.get(id);
        return s != null ? s.name() : "?" + Integer.toUnsignedString(id);
    }

    private void differ(String what, Set<String> got, Set<String> expected) {
        for (String name : got) {
            if (!expected.contains(name)) {
                differences.add(what + " " + name + ", which PostgreSQL does not");
            }
        }
        for (String name : expected) {
            if (!got.contains(name)) {
                differences.add("PostgreSQL " + what + " " + name);
            }
        }
    }
}
