package io.understudy.demo.workload;

import io.understudy.demo.history.Action.Balances;
import io.understudy.demo.history.Action.Transfer;
import io.understudy.demo.workload.Attempt.Block;
import java.util.List;
import java.util.Random;

/** Transfers between accounts, and readers that look at all of them at once. */
final class BankWork implements Workload {
    private static final int ACCOUNTS = 8;
    private static final long EACH = 1_000;
    private static final int AMOUNT_MAX = 10;

    static final long TOTAL = ACCOUNTS * EACH;
    static final String ALL = "select balance from account order by id";

    @Override
    public List<String> setUp() {
        return List.of(
                "create table account (id integer primary key, balance bigint not null)",
                "insert into account select i, " + EACH + " from generate_series(0, " + (ACCOUNTS - 1) + ") i");
    }

    @Override
    public Attempt next(Random random, long id) {
        if (random.nextBoolean()) {
            Block block = random.nextBoolean() ? Block.NONE : Block.REPEATABLE_READ;
            return new Attempt(new Balances(List.of()), block, c -> new Balances(Rows.numbers(c, ALL)));
        }
        int from = random.nextInt(ACCOUNTS);
        int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        Transfer transfer = new Transfer(id, from, to, 1 + random.nextInt(AMOUNT_MAX));
        return new Attempt(transfer, random.nextBoolean() ? Block.READ_COMMITTED : Block.REPEATABLE_READ, c -> {
            // In one order, lest they wait for each other in a circle.
            for (int account : from < to ? new int[] {from, to} : new int[] {to, from}) {
                long amount = account == from ? -transfer.amount() : transfer.amount();
                Rows.update(c, "update account set balance = balance + ? where id = ?", amount, account);
            }
            Rows.ledger(c, id);
            return transfer;
        });
    }
}
