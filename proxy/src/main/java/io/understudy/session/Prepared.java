package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * A statement a client has prepared by the protocol.
 *
 * @param id names it on every backend: equal text and parameter types share one
 * @param unnamed whether it is the client's unnamed statement
 * @param text the statement as the client gave it, but for passwords
 * @param sent what is sent to servers: the text and what stands behind it
 * @param sql null if there is nothing but white space
 * @param types the parameter types it declared, 0 where left open
 * @param catalogVersion what the classification was made with
 */
record Prepared(
        long id,
        boolean unnamed,
        String text,
        String sent,
        @Nullable SqlStatement sql,
        int[] types,
        Classification classification,
        long catalogVersion) {

    Prepared classifiedAgain(Classification c, long version) {
        return new Prepared(id, unnamed, text, sent, sql, types, c, version);
    }

    /** The name under which backends know it. */
    String backendName() {
        return backendName(id);
    }

    static String backendName(long id) {
        return "u" + id;
    }
}
