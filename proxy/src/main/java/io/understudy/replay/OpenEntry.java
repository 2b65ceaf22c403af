package io.understudy.replay;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.understudy.backend.LongText;
import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.Form.Ddl;
import io.understudy.log.Form.Part;
import io.understudy.log.Form.TableChanges;
import io.understudy.log.SessionContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An entry that is being applied by itself, inside an open transaction: what can be done for it there. Knows what the last error was about. */
final class OpenEntry {
    private static final String FEATURE_NOT_SUPPORTED = "0A000";

    private static final String IS_TABLE = "SELECT FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'r'";

    private static final Pattern RUNS_CODE =
            Pattern.compile("\\balter\\s+(foreign\\s+)?(table|domain)\\b", CASE_INSENSITIVE);

    private static final String RAN_HERE = "SELECT understudy.outside_here($1::pg_catalog.uuid)";

    private final long index;
    private final TableCatalog tables;
    private final Queries database;
    private final SessionSettings settings = SessionSettings.forDdl();
    private String subject = "entry";

    OpenEntry(long index, TableCatalog tables, Queries database) {
        this.index = index;
        this.tables = tables;
        this.database = database;
    }

    /** What the last error was about. */
    String subject() {
        return subject;
    }

    TableSql sql(TableChanges changes) throws IOException, ServerError {
        return tables.loadForAny(changes.table(), database);
    }

    /** Takes over a session's settings as far as they matter to statements of the statement form. */
    void asIn(SessionContext context, List<Step> inside) throws IOException, ServerError, Divergence {
        SessionSettings there = SessionSettings.forStatements();
        List<Step> steps = new ArrayList<>();
        there.enter(index, context, steps);
        steps.addAll(inside);
        there.leave(index, steps);
        all(steps);
    }

    /** Whether what the parts ask for was done by this very database, outside of any transaction, when it was the master's. If it was begun and not finished, that is undone here. */
    boolean ranHere(UUID token, List<Part> parts) throws IOException, ServerError {
        if (parts.isEmpty() || !parts.stream().allMatch(Ddl.class::isInstance)) {
            return false;
        }
        return "t".equals(database.query(RAN_HERE, token.toString()).getFirst()[0]);
    }

    /**
     * Runs DDL. Functions in it (checks, defaults, USING) may change rows elsewhere, and what they changed on the master is in the log, too: they change nothing here, and compute no rows that the log
     * has anyhow.
     *
     * @param before what was changed since the DDL before it: what its functions have changed stands there
     * @param next what is changed up to the DDL after it
     */
    void ddl(Ddl ddl, List<TableChanges> before, List<TableChanges> next) throws IOException, ServerError {
        empty(existing(next.stream().filter(TableChanges::truncate)));
        boolean runsCode = RUNS_CODE.matcher(ddl.statement().sql()).find();
        Stream<TableChanges> around =
                Stream.concat(before.stream(), next.stream().filter(c -> !c.truncate()));
        List<String> changed = runsCode ? existing(around) : List.of();
        for (String name : changed) {
            run("SELECT understudy.hush(" + Sql.literal(name) + "::pg_catalog.regclass)");
        }
        ddl(ddl);
        if (!changed.isEmpty()) {
            run("SELECT understudy.unhush()");
        }
    }

    /** Those that are tables already. */
    private List<String> existing(Stream<TableChanges> changes) throws IOException, ServerError {
        List<String> names = new ArrayList<>();
        for (TableChanges c : changes.toList()) {
            String name = Sql.qualified(c.table().schema(), c.table().name());
            if (!database.query(IS_TABLE, name).isEmpty()) {
                names.add(name);
            }
        }
        return names.stream().distinct().toList();
    }

    /** Where others refer to a table all of them stay full: they may be checked again. */
    private void empty(List<String> names) throws IOException, ServerError {
        if (names.isEmpty()) {
            return;
        }
        savepoint();
        try {
            for (String name : names) {
                Stops stops = Stops.of(name, database);
                for (String sql : List.of(stops.pause(), "TRUNCATE ONLY " + name, stops.resume())) {
                    if (!sql.isEmpty()) {
                        run(sql);
                    }
                }
            }
        } catch (ServerError e) {
            if (!e.sqlState().equals(FEATURE_NOT_SUPPORTED)) {
                throw e;
            }
            rollbackToSavepoint();
        }
        releaseSavepoint();
    }

    /** Runs DDL with which no rows come. */
    void ddl(Ddl ddl) throws IOException, ServerError {
        List<Step> steps = new ArrayList<>();
        steps.add(own("SELECT understudy.quiet()"));
        settings.enter(index, ddl.context(), steps);
        steps.add(new Step(
                index,
                ddl.statement().sql(),
                ddl.statement().sql(),
                ddl.statement().parameters(),
                Step.ANY));
        settings.leave(index, steps);
        steps.add(own("SELECT understudy.loud()"));
        send(steps);
        tables.forget();
    }

    private Step own(String sql) {
        return new Step(index, "event triggers", sql, List.of(), Step.ANY);
    }

    /** Empties what is to be emptied. TRUNCATE is refused where another table refers to this one; emptying it row by row is the same to everyone. */
    void truncate(List<TableChanges> changes) throws IOException, ServerError {
        List<Step> steps = new ArrayList<>();
        BatchSteps.truncate(index, changes, tables, database, steps);
        if (steps.isEmpty()) {
            return;
        }
        savepoint();
        try {
            send(steps);
        } catch (ServerError e) {
            if (!e.sqlState().equals(FEATURE_NOT_SUPPORTED)) {
                throw e;
            }
            rollbackToSavepoint();
            for (TableChanges c : changes) {
                if (c.truncate()) {
                    send(TableSteps.emptying(index, sql(c)));
                }
            }
        }
        releaseSavepoint();
    }

    void savepoint() throws IOException, ServerError {
        run("SAVEPOINT understudy");
    }

    void rollbackToSavepoint() throws IOException, ServerError {
        run("ROLLBACK TO SAVEPOINT understudy");
    }

    void releaseSavepoint() throws IOException, ServerError {
        run("RELEASE SAVEPOINT understudy");
    }

    private void run(String sql) throws IOException, ServerError {
        database.pipeline().add(sql).run();
    }

    private long[] send(List<Step> steps) throws IOException, ServerError {
        try {
            return BatchReplay.send(steps, database);
        } catch (ServerError e) {
            subject = steps.get(Math.min(e.statement(), steps.size() - 1)).subject();
            throw e;
        }
    }

    /**
     * A step whose parameters are too long to be in memory.
     *
     * @throws Divergence if it did not affect the rows it should have
     */
    void stream(Step step, List<LongText> parameters) throws IOException, ServerError, Divergence {
        long affected;
        try {
            affected = database.stream(step.sql(), parameters);
        } catch (ServerError e) {
            subject = step.subject();
            throw e;
        }
        if (!step.asExpected(affected)) {
            throw Divergence.rows(step, affected);
        }
    }

    /** @throws Divergence if a step did not affect the rows it should have */
    void all(List<Step> steps) throws IOException, ServerError, Divergence {
        long[] affected = send(steps);
        for (int i = 0; i < steps.size(); i++) {
            if (!steps.get(i).asExpected(affected[i])) {
                throw Divergence.rows(steps.get(i), affected[i]);
            }
        }
    }
}
