package io.understudy.demo.torture;

import java.sql.SQLException;

/**
 * Something that clients do.
 *
 * @param name for counting
 * @param weight how often it is chosen, against the others
 * @param action what is done
 */
record Deed(String name, int weight, Action action) {

    /** Sends statements. */
    @FunctionalInterface
    interface Action {
        void run(Client client, World world, Dice dice) throws SQLException;
    }
}
