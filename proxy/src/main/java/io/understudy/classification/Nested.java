package io.understudy.classification;

import java.util.Set;

/** What utilities ask about the queries and tables in them. */
interface Nested {

    /** Classifies a statement inside another one. */
    Classification statement(Tokens t, int from, int to);

    /** Holds facts that a utility found itself against the catalog. */
    Classification judge(Facts facts);

    /** What a block of PL/pgSQL may leave in the session. */
    Set<PinReason> leftBy(String source);
}
