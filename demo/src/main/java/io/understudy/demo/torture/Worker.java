package io.understudy.demo.torture;

import java.sql.SQLException;
import java.util.function.BooleanSupplier;

/**
 * One client's life in a round: transactions one after another, each noting in the table {@code acknowledged} that it took place. Used by one thread.
 */
final class Worker {
    private static final int AUTOCOMMIT_PERCENT = 40;
    private static final int ROLLBACK_PERCENT = 15;
    private static final int DEEDS_MAX = 5;

    private final int number;
    private final Client client;
    private final World world;
    private final Dice dice;
    private final DeedDeck deck;
    private final Outcomes outcomes;
    private int nth;

    Worker(int number, Client client, World world, Dice dice, DeedDeck deck, Outcomes outcomes) {
        this.number = number;
        this.client = client;
        this.world = world;
        this.dice = dice;
        this.deck = deck;
        this.outcomes = outcomes;
    }

    /** Works until that many transactions are done or it is told to stop. @throws SQLException the connection is of no more use */
    void work(int transactions, BooleanSupplier enough) throws SQLException {
        client.run("set search_path to " + world.schema() + ", public");
        for (int i = 0; i < transactions && !enough.getAsBoolean(); i++) {
            if (dice.percent(AUTOCOMMIT_PERCENT)) {
                alone();
            } else {
                transaction();
            }
        }
    }

    private void alone() throws SQLException {
        Deed deed = deck.draw(dice);
        try {
            deed.action().run(client, world, dice);
            outcomes.succeeded(deed);
        } catch (SQLException e) {
            failed(deed, e);
            // A statement of several may have begun a transaction in other ways; harmless if it did not.
            client.run("rollback");
        }
    }

    private void transaction() throws SQLException {
        nth++;
        client.run("begin"
                + dice.any("", "", " isolation level repeatable read", " isolation level read committed read write"));
        Deed deed = DeedDeck.TRANSACTION;
        try {
            for (int left = dice.between(1, DEEDS_MAX); left > 0; left--) {
                deed = deck.draw(dice);
                deed.action().run(client, world, dice);
                outcomes.succeeded(deed);
            }
            deed = DeedDeck.TRANSACTION;
            client.run("insert into " + world.schema() + ".acknowledged (worker, nth) values (" + number + ", " + nth
                    + ")");
            if (dice.percent(ROLLBACK_PERCENT)) {
                client.run(dice.any("rollback", "abort"));
                outcomes.rolledBack(number, nth);
                return;
            }
        } catch (SQLException e) {
            failed(deed, e);
            client.run("rollback");
            outcomes.rolledBack(number, nth);
            return;
        }
        try {
            client.run(dice.any("commit", "end"));
            outcomes.committed(number, nth);
        } catch (SQLException e) {
            failed(deed, e);
            client.run("rollback");
            if (!Complaint.state(e).startsWith("08")) {
                outcomes.rolledBack(number, nth);
            }
        }
    }

    private void failed(Deed deed, SQLException e) throws SQLException {
        outcomes.failed(deed, e);
        if (Complaint.isFatal(e)) {
            throw e;
        }
    }
}
