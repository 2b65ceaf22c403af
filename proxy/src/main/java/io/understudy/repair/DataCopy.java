package io.understudy.repair;

import io.understudy.backend.Backend;
import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.backend.TableCopy;
import io.understudy.replay.AppliedRows;
import io.understudy.replay.Stops;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes one database's rows and sequences equal to another's of the same schema: what differs is emptied and copied. One transaction of the target, which ends with the
 * source's applied index: it happens as a whole or not at all. One thread.
 */
final class DataCopy {
    private static final String REFERRED_TO =
            "SELECT DISTINCT conrelid, confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid";

    private static final String SEQUENCES =
            "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND " + RowSum.USER_SCHEMAS + " ORDER BY 1";

    private final Backend source;
    private final Backend target;
    private final Consumer<String> progress;

    /**
     * @param source in its open snapshot
     * @param target outside of any transaction, prepared for replay
     */
    DataCopy(Backend source, Backend target, Consumer<String> progress) {
        this.source = source;
        this.target = target;
        this.progress = progress;
    }

    /**
     * Does it.
     *
     * @param index the applied index that the source's snapshot shows
     * @return names of what was copied
     */
    List<String> run(long index) throws IOException, ServerError {
        target.query("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
        target.query("SET LOCAL synchronous_commit = on");
        target.query("SET LOCAL lock_timeout = '30s'");
        RowSum.pin(target, 0);
        Map<String, CopiedTable> there = CopiedTable.all(source);
        Map<String, CopiedTable> here = CopiedTable.all(target);
        if (!there.keySet().equals(here.keySet())) {
            throw new IOException("the source has other tables than this database");
        }
        List<CopiedTable> different = different(there, here);
        empty(different);
        int number = 0;
        for (CopiedTable table : different) {
            number++;
            copy(
                    there.getOrDefault(table.name(), table),
                    table,
                    "table " + number + " of " + different.size() + ": " + table.name());
        }
        progress.accept("sequences");
        sequences();
        ceilings();
        target.query("DELETE FROM understudy.change");
        target.query("DELETE FROM understudy.ddl_seen");
        AppliedRows.restartAt(target, index);
        target.query("COMMIT");
        return different.stream().map(CopiedTable::name).toList();
    }

    private List<CopiedTable> different(Map<String, CopiedTable> there, Map<String, CopiedTable> here)
            throws IOException, ServerError {
        List<CopiedTable> different = new ArrayList<>();
        int number = 0;
        for (CopiedTable theirs : there.values()) {
            progress.accept("comparing table " + ++number + " of " + there.size() + ": " + theirs.name());
            CopiedTable ours = here.getOrDefault(theirs.name(), theirs);
            if (!sumThere(theirs).equals(ours.sum(target))) {
                different.add(ours);
            }
        }
        return different;
    }

    private String sumThere(CopiedTable table) throws IOException, ServerError {
        source.query("SAVEPOINT one");
        String sum = table.sum(source);
        requireIntact(table);
        // lets the lock go, keeps the snapshot
        source.query("ROLLBACK TO SAVEPOINT one");
        return sum;
    }

    private void requireIntact(CopiedTable table) throws IOException, ServerError {
        if (!table.intact(source)) {
            throw new IOException(table.name() + " was truncated or rewritten on the source meanwhile");
        }
    }

    /** All in one statement where possible: a table that another one refers to can be emptied by TRUNCATE only together with it. */
    private void empty(List<CopiedTable> tables) throws IOException, ServerError {
        Set<CopiedTable> truncated = new LinkedHashSet<>(tables);
        Map<String, Set<String>> referring = new HashMap<>();
        for (@Nullable String[] row : target.query(REFERRED_TO)) {
            referring
                    .computeIfAbsent(String.valueOf(row[1]), k -> new LinkedHashSet<>())
                    .add(String.valueOf(row[0]));
        }
        boolean changed = true;
        while (changed) {
            Set<String> oids = truncated.stream().map(CopiedTable::oid).collect(Collectors.toSet());
            changed = truncated.removeIf(t -> !oids.containsAll(referring.getOrDefault(t.oid(), Set.of())));
        }
        for (CopiedTable t : tables) {
            if (t.view()) {
                asTable(t, true);
            }
        }
        if (!truncated.isEmpty()) {
            target.query("TRUNCATE "
                    + truncated.stream().map(t -> "ONLY " + t.name()).collect(Collectors.joining(", ")));
        }
        for (CopiedTable t : tables) {
            if (!truncated.contains(t)) {
                stopped(t, () -> target.query("DELETE FROM ONLY " + t.name()));
            }
        }
    }

    /** Nobody can write into a materialized view; what it holds is as old as its last REFRESH, so that filling it again would be wrong. */
    private void asTable(CopiedTable view, boolean is) throws IOException, ServerError {
        target.query("SELECT understudy.as_table($1::oid::regclass, $2::boolean)", view.oid(), is ? "t" : "f");
    }

    private void copy(CopiedTable theirs, CopiedTable ours, String what) throws IOException, ServerError {
        progress.accept(what);
        if (theirs.populated()) {
            source.query("SAVEPOINT one");
            stopped(
                    ours,
                    () -> TableCopy.between(
                            source,
                            theirs.copyOut(source),
                            target,
                            ours.copyIn(),
                            rows -> progress.accept(what + ", " + rows + " rows")));
            requireIntact(theirs);
            source.query("ROLLBACK TO SAVEPOINT one");
        }
        if (ours.view()) {
            asTable(ours, false);
            if (!theirs.populated()) {
                target.query("UPDATE pg_class SET relispopulated = false WHERE oid = $1::oid", ours.oid());
            }
        }
    }

    /** Does something to a table's rows while the application's own triggers and rules that would work even now are off; what they did is in the rows already. */
    private void stopped(CopiedTable table, Change change) throws IOException, ServerError {
        Stops stops = Stops.all(table.name(), target);
        if (!stops.pause().isEmpty()) {
            target.query(stops.pause());
        }
        change.run();
        if (!stops.resume().isEmpty()) {
            target.query(stops.resume());
        }
    }

    private interface Change {
        void run() throws IOException, ServerError;
    }

    /** They have no snapshot: where they are further than the snapshot, replay goes over the same ground again. */
    private void sequences() throws IOException, ServerError {
        for (@Nullable String[] row : source.query(SEQUENCES)) {
            String name = String.valueOf(row[0]);
            String position = "SELECT last_value, is_called FROM " + name;
            @Nullable String[] theirs = source.query(position).getFirst();
            @Nullable String[] ours = target.query(position).getFirst();
            if (!List.of(theirs).equals(List.of(ours))) {
                target.query("SELECT setval($1::regclass, $2::bigint, $3::boolean)", name, theirs[0], theirs[1]);
            }
        }
    }

    private void ceilings() throws IOException, ServerError {
        target.query("DELETE FROM understudy.ceiling");
        Queries from = source;
        for (@Nullable String[] row : from.query("SELECT schema, name, value FROM understudy.ceiling")) {
            target.query("INSERT INTO understudy.ceiling VALUES ($1::name, $2::name, $3::bigint)", row);
        }
    }
}
