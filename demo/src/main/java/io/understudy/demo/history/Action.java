package io.understudy.demo.history;

import java.util.List;

/** What a client did in one transaction. */
public sealed interface Action {

    /** A transaction that writes. Among other things it puts a row with its number into the table {@code ledger}: whether it took place is seen there. */
    sealed interface Write extends Action {
        /** Unique in a history. */
        long id();
    }

    /** Nothing but the row in the ledger. */
    record Insert(long id) implements Write {}

    /** Put its number to the ends of some lists. */
    record Append(long id, List<Integer> lists) implements Write {
        public Append {
            lists = List.copyOf(lists);
        }
    }

    /** Moved an amount from one account to another. */
    record Transfer(long id, int from, int to, long amount) implements Write {}

    /** Read a counter, and wrote one more than it had read. */
    record Count(long id, int counter, long read) implements Write {}

    /** Changed the schema. */
    record Change(long id, String sql) implements Write {}

    /** Read several lists, counters or accounts in one statement. */
    sealed interface Read extends Action {}

    /** Some lists, by their number, from {@code first} on. */
    record Lists(int first, List<List<Long>> lists) implements Read {
        public Lists {
            lists = lists.stream().map(List::copyOf).toList();
        }
    }

    /** All counters, by their number. */
    record Counters(List<Long> values) implements Read {
        public Counters {
            values = List.copyOf(values);
        }
    }

    /** All accounts, by their number. */
    record Balances(List<Long> values) implements Read {
        public Balances {
            values = List.copyOf(values);
        }
    }
}
