package io.understudy.capture;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a sealed transaction did. After this a further change of a table fails with 55000.
 *
 * @param xid its full transaction id (xid8), empty if it has none: then there is nothing to append
 * @param rows in the order they were captured; none if there are too many for memory
 * @param large said instead, where there are too many
 * @param ddl in the order it ran, temporary and nested ones included
 * @param sequences those asked for
 * @param moment if asked for
 * @param sharedObjects whether it may have changed roles or anything else that belongs to the whole server, by whatever way; no is sure
 * @param serializable whether it may still fail at its COMMIT because of what others read
 */
public record Sealed(
        OptionalLong xid,
        List<CapturedRow> rows,
        Optional<Large> large,
        List<SeenDdl> ddl,
        List<SequenceReading> sequences,
        Optional<Moment> moment,
        boolean sharedObjects,
        boolean serializable) {
    public Sealed {
        rows = List.copyOf(rows);
        ddl = List.copyOf(ddl);
        sequences = List.copyOf(sequences);
    }

    /** A transaction that changes nothing itself, and stands for a schema change that has been made before. */
    public static Sealed standingFor(long xid, String sql) {
        SeenDdl ddl = new SeenDdl(0, "", false, false, false, sql, List.of());
        return new Sealed(
                OptionalLong.of(xid),
                List.of(),
                Optional.empty(),
                List.of(ddl),
                List.of(),
                Optional.empty(),
                false,
                false);
    }

    /**
     * Images that are still to be read, by {@link Seal#large}.
     *
     * @param tables pg_class.oid of the tables they are of
     */
    public record Large(long images, long bytes, List<Integer> tables) {
        public Large {
            tables = List.copyOf(tables);
        }
    }

    /** The tables it changed. */
    public Set<Integer> tables() {
        Set<Integer> tables = new LinkedHashSet<>();
        rows.forEach(r -> tables.add(r.rel()));
        large.ifPresent(l -> tables.addAll(l.tables()));
        return tables;
    }

    /** DDL that belongs in the log. */
    public List<SeenDdl> loggedDdl() {
        return ddl.stream().filter(SeenDdl::logged).toList();
    }

    /** DDL that ran inside functions and belongs in the log; {@link Seal#nested} tells what it was. */
    public List<SeenDdl> nestedDdl() {
        return ddl.stream().filter(d -> d.nested() && d.logged()).toList();
    }

    /** Whether the session now has temporary objects, or had: it stays where it is. */
    public boolean temporaryDdl() {
        return ddl.stream().anyMatch(SeenDdl::temporary);
    }

    /** Whether it changed anything that another node must change too. */
    public boolean changes() {
        return !rows.isEmpty() || large.isPresent() || !loggedDdl().isEmpty();
    }
}
