package io.understudy.demo.workload;

import io.understudy.demo.history.Action.Change;
import io.understudy.demo.workload.Attempt.Block;
import java.sql.Statement;
import java.util.List;
import java.util.Random;

/** Schema changes, some of them to the tables that the others work on. Two at once may fail: then nothing of one may stay. */
final class ChangeWork implements Workload {
    private static final int NAMES = 5;

    @Override
    public List<String> setUp() {
        return List.of();
    }

    @Override
    public Attempt next(Random random, long id) {
        int n = random.nextInt(NAMES);
        String table = List.of("account", "counter", "list").get(random.nextInt(3));
        String sql = switch (random.nextInt(6)) {
            case 0 -> "create table if not exists extra" + n + " (id bigserial primary key, note text)";
            case 1 -> "drop table if exists extra" + n;
            case 2 -> "alter table " + table + " add column if not exists c" + n + " integer default " + n;
            case 3 -> "alter table " + table + " drop column if exists c" + n;
            case 4 -> "create index if not exists i" + n + " on ledger (id)";
            default -> "drop index if exists i" + n;
        };
        Change change = new Change(id, sql);
        return new Attempt(change, Block.READ_COMMITTED, connection -> {
            try (Statement statement = connection.createStatement()) {
                // Somebody who was cut off may hold a lock for as long as the fault lasts.
                statement.execute("set local lock_timeout = '2s'");
                statement.execute(sql);
            }
            Rows.ledger(connection, id);
            return change;
        });
    }
}
