package io.understudy.capture;

import java.util.List;

/**
 * A DDL command as the guard noticed it at its end.
 *
 * @param at command id of that moment; images with a smaller one were taken before it
 * @param tag command tag, for example CREATE TABLE
 * @param nested it ran inside a function, a DO block or the like: replaying the client's statement would not be the same, see {@link NestedDdl}
 * @param temporary it touched something, and temporary objects only
 * @param needless it is nothing that replicas are to run: it did nothing, or was a part of CREATE or ALTER EXTENSION, which is itself another of these
 * @param query the query string it was in, for nested ones the outer one
 * @param tables oids of the permanent leaf tables it made or altered, parts and inheritance children included
 */
public record SeenDdl(
        long at, String tag, boolean nested, boolean temporary, boolean needless, String query, List<Integer> tables) {
    public SeenDdl {
        tables = List.copyOf(tables);
    }

    /** Whether it belongs in the log as a statement of its own. */
    public boolean logged() {
        return !temporary && !needless;
    }
}
