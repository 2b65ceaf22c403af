package io.understudy.capture;

/** The rows that say which entries a database has, as the transactions of clients write them; replay has its own. They run as any role, last in their transaction. */
public final class Applied {
    /** One parameter: the index. */
    public static final String INSERT = "INSERT INTO understudy.applied(idx) VALUES ($1)";

    /** One parameter: the transaction token. For a transaction that is over before its index is known. */
    public static final String INSERT_TOKEN = "INSERT INTO understudy.applied(idx, token) VALUES (0, $1)";

    /** Three parameters: the node's secret, the token, the index. In a transaction of its own, when that one has committed. */
    public static final String PLACE = "SELECT understudy.place($1, $2, $3)";

    private Applied() {}
}
