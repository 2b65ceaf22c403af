package io.understudy.demo.workload;

import io.understudy.demo.history.Action;
import io.understudy.demo.history.Action.Append;
import io.understudy.demo.history.Action.Lists;
import io.understudy.demo.workload.Attempt.Block;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Lists that everybody appends to, a few at a time: others take their place before they grow long. */
final class ListWork implements Workload {
    private static final int AT_A_TIME = 4;
    private static final int IDS_EACH = 250;
    private static final int LISTS = 8_000;

    static final String ALL = "select elements from list order by id";

    @Override
    public List<String> setUp() {
        return List.of(
                "create table list (id integer primary key, elements text not null)",
                "insert into list select i, '' from generate_series(0, " + (LISTS - 1) + ") i");
    }

    @Override
    public Attempt next(Random random, long id) {
        int first = (int) Math.min(id / IDS_EACH * AT_A_TIME, LISTS - AT_A_TIME);
        if (random.nextBoolean()) {
            Lists none = new Lists(first, List.of());
            return new Attempt(none, Block.NONE, connection -> read(connection, first));
        }
        int one = first + random.nextInt(AT_A_TIME);
        int other = first + random.nextInt(AT_A_TIME);
        // In one order, lest they wait for each other in a circle.
        List<Integer> lists = Stream.of(one, other).distinct().sorted().toList();
        Append append = new Append(id, lists);
        return new Attempt(append, Block.READ_COMMITTED, connection -> {
            Rows.ledger(connection, id);
            for (int list : lists) {
                Rows.update(
                        connection, "update list set elements = elements || ' ' || ?::bigint where id = ?", id, list);
            }
            return append;
        });
    }

    private static Action read(Connection connection, int first) throws SQLException {
        return new Lists(
                first,
                parsed(Rows.texts(
                        connection,
                        "select elements from list where id >= ? and id < ? order by id",
                        first,
                        first + AT_A_TIME)));
    }

    static List<List<Long>> parsed(List<String> texts) {
        List<List<Long>> lists = new ArrayList<>();
        for (String text : texts) {
            lists.add(Stream.of(text.split(" ", -1))
                    .filter(t -> !t.isEmpty())
                    .map(Long::valueOf)
                    .toList());
        }
        return lists;
    }
}
