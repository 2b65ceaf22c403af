package io.understudy.demo.workload;

import io.understudy.demo.history.Action.Insert;
import io.understudy.demo.workload.Attempt.Block;
import java.util.List;
import java.util.Random;

/** Inserts of numbers nobody used before, with and without a transaction block. */
final class InsertWork implements Workload {
    @Override
    public List<String> setUp() {
        return List.of();
    }

    @Override
    public Attempt next(Random random, long id) {
        return new Attempt(new Insert(id), random.nextBoolean() ? Block.NONE : Block.READ_COMMITTED, connection -> {
            Rows.ledger(connection, id);
            return new Insert(id);
        });
    }
}
