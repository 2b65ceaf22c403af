package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.SqlStatement;

/**
 * A statement a client has prepared by the protocol.
 *
 * @param id names it on every backend: equal text and parameter types share one
 * @param unnamed whether it is the client's unnamed statement
 * @param types the parameter types it declared, 0 where left open
 * @param catalogVersion what the classification was made with
 */
record Prepared(long id, boolean unnamed, SqlStatement sql, int[] types, Classification classification, long catalogVersion) {

    Prepared classifiedAgain(Classification c, long version) {
        return new Prepared(id, unnamed, sql, types, c, version);
    }

    /** The name under which backends know it. */
    String backendName() {
        return "u" + id;
    }
}
