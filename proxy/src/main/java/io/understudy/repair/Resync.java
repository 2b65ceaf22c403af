package io.understudy.repair;

import io.understudy.backend.Backend;
import io.understudy.backend.ServerError;
import io.understudy.replay.AppliedRows;
import io.understudy.replay.ApplySession;
import io.understudy.replay.DdlHistory;
import io.understudy.replay.LeftOver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a database equal to another node's as it is after some entry of the log, from which replay then goes on. The other node goes on working: it is read in one
 * repeatable-read snapshot, which shows its applied index too.
 *
 * <h2>What is done</h2>
 * Where the catalogs are alike, the tables whose rows differ are copied, in one transaction. Where they are not, the database is emptied, its schema is made again from the
 * log's DDL, and all rows are copied.
 *
 * <h2>Failure</h2>
 * An exception leaves the database as it was, or unusable: the caller keeps it in {@link Quarantine} until a later try succeeds.
 *
 * <h2>Threads</h2>
 * One.
 */
public final class Resync {
    private static final Logger LOG = LoggerFactory.getLogger(Resync.class);
    private static final int EXAMPLES_MAX = 5;

    private final Backend source;
    private final Backend target;
    private final Place place;

    /** What a resync needs of the node whose database it repairs. */
    public interface Place {
        /** Which rows of an applied index count. To be asked anew for every database, after it was read. */
        AppliedRows.Executed executed();

        DdlHistory history();

        /** Sets the emptied database up as a new node's. */
        void setUp() throws IOException;

        /** The role that does. */
        String nodeRole();

        /** Told what is going on. */
        Consumer<String> progress();
    }

    /** What became of it. */
    public sealed interface Outcome {
        /**
         * The database is as the source's was after {@code index}.
         *
         * @param rebuilt whether the schema was made again
         * @param copied tables whose rows were copied
         */
        record Done(long index, boolean rebuilt, List<String> copied) implements Outcome {}

        /** The log has changed the schema between the two nodes' applied indexes: once they are nearer to each other it can be told whether they differ. */
        record Apart(long here, long there) implements Outcome {}
    }

    /**
     * @param source connection of a superuser to the other server, for this alone
     * @param target connection of {@code understudy_apply} to the database to be repaired, for this alone
     */
    public Resync(Backend source, Backend target, Place place) {
        this.source = source;
        this.target = target;
        this.place = place;
    }

    /**
     * Does it.
     *
     * @param patient whether to give up rather than to make the schema again where the difference may be no difference
     */
    public Outcome run(boolean patient) throws IOException, ServerError {
        ApplySession.prepare(target);
        LeftOver.end(target);
        source.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        RowSum.pin(source, 0);
        long there = AppliedRows.highest(source, place.executed());
        place.history().requireAfter(there);
        Map<String, String> wanted = CatalogPicture.of(source);
        boolean rebuilt = false;
        String different = damaged() ? "its bookkeeping is damaged" : difference(wanted, here());
        if (!different.isEmpty()) {
            long here = damaged() ? 0 : AppliedRows.highest(target, place.executed());
            if (patient && !damaged() && place.history().between(Math.min(here, there), Math.max(here, there))) {
                return new Outcome.Apart(here, there);
            }
            LOG.info("the schema is made again: {}", different);
            rebuild(there);
            rebuilt = true;
            different = difference(wanted, here());
            if (!different.isEmpty()) {
                throw new IOException("the log's DDL does not give the source's schema: " + different);
            }
        }
        List<String> copied = new DataCopy(source, target, place.progress()).run(there);
        return new Outcome.Done(there, rebuilt, copied);
    }

    private void rebuild(long index) throws IOException, ServerError {
        place.progress().accept("emptying the database");
        Emptying.run(target, place.nodeRole());
        place.setUp();
        place.progress().accept("making the schema from the log");
        place.history().replay(target, index, i -> place.progress().accept("schema up to entry " + i + " of " + index));
    }

    private Map<String, String> here() throws IOException, ServerError {
        target.query("BEGIN READ ONLY");
        RowSum.pin(target, 0);
        Map<String, String> picture = CatalogPicture.of(target);
        target.query("COMMIT");
        return picture;
    }

    /** Whether what we keep in the database is not whole, for example because its last repair did not come to an end. */
    private boolean damaged() throws IOException, ServerError {
        return !"4"
                .equals(target.query(
                                "SELECT count(*) FROM (VALUES ('applied'), ('change'), ('ddl_seen'), ('ceiling')) w(name)"
                                        + " WHERE to_regclass('understudy.' || name) IS NOT NULL")
                        .getFirst()[0]);
    }

    private static String difference(Map<String, String> wanted, Map<String, String> found) {
        if (wanted.equals(found)) {
            return "";
        }
        TreeSet<String> names = new TreeSet<>(wanted.keySet());
        names.addAll(found.keySet());
        names.removeIf(n -> String.valueOf(wanted.get(n)).equals(String.valueOf(found.get(n))));
        return names.size() + " objects differ, such as "
                + names.stream().limit(EXAMPLES_MAX).toList();
    }
}
