package io.understudy.bench.chapter;

/** Queries that differ in more than their literals. */
final class Shapes {
    private Shapes() {}

    /** One that reads a row, of a shape of its own for each number. */
    static String query(int number) {
        return "SELECT a.abalance AS balance_%d, a.bid FROM pgbench_accounts a WHERE a.aid = 1 AND a.bid >= 0 ORDER BY balance_%d"
                .formatted(number, number);
    }
}
