package io.understudy.demo.workload;

import io.understudy.demo.history.Action;
import io.understudy.demo.history.Action.Count;
import io.understudy.demo.history.Action.Counters;
import io.understudy.demo.workload.Attempt.Block;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;

/** A few counters, read and then written one higher, in every way in which that is safe. */
final class CounterWork implements Workload {
    private static final int COUNTERS = 6;
    private static final int WAYS = 5;
    /** Nothing of the transaction stays. */
    private static final String SERIALIZATION_FAILURE = "40001";

    static final String ALL = "select n from counter order by id";

    @Override
    public List<String> setUp() {
        return List.of(
                "create table counter (id integer primary key, n bigint not null)",
                "insert into counter select i, 0 from generate_series(0, " + (COUNTERS - 1) + ") i");
    }

    @Override
    public Attempt next(Random random, long id) {
        int counter = random.nextInt(COUNTERS);
        Count count = new Count(id, counter, -1);
        return switch (random.nextInt(2 * WAYS)) {
            case 0 ->
                new Attempt(count, Block.READ_COMMITTED, c -> {
                    long read = read(c, counter, " for update");
                    return write(c, id, counter, read, "");
                });
            case 1 ->
                new Attempt(count, Block.REPEATABLE_READ, c -> {
                    long read = read(c, counter, "");
                    return write(c, id, counter, read, "");
                });
            case 2 ->
                new Attempt(count, Block.SERIALIZABLE, c -> {
                    long read = read(c, counter, "");
                    return write(c, id, counter, read, "");
                });
            case 3 ->
                new Attempt(count, Block.READ_COMMITTED, c -> {
                    long read = read(c, counter, "");
                    return write(c, id, counter, read, " and n = " + read);
                });
            case 4 ->
                new Attempt(count, Block.READ_COMMITTED, c -> {
                    Rows.ledger(c, id);
                    long read = Rows.numbers(c, "update counter set n = n + 1 where id = ? returning n", counter)
                                    .getFirst()
                            - 1;
                    return new Count(id, counter, read);
                });
            default -> new Attempt(new Counters(List.of()), Block.NONE, c -> new Counters(Rows.numbers(c, ALL)));
        };
    }

    private static long read(Connection connection, int counter, String lock) throws SQLException {
        return Rows.numbers(connection, "select n from counter where id = ?" + lock, counter)
                .getFirst();
    }

    private static Action write(Connection connection, long id, int counter, long read, String condition)
            throws SQLException {
        Rows.ledger(connection, id);
        String sql = "update counter set n = ? where id = ?" + condition;
        if (Rows.update(connection, sql, read + 1, counter) == 0) {
            throw new SQLException("somebody else was faster", SERIALIZATION_FAILURE);
        }
        return new Count(id, counter, read);
    }
}
