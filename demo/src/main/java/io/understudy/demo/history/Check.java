package io.understudy.demo.history;

import java.util.List;
import java.util.stream.Stream;

/** Looks for one kind of anomaly. */
@FunctionalInterface
public interface Check {
    /** What is wrong, for people; empty if nothing is. */
    List<String> findings(History history);

    /** All that there are. */
    static List<String> all(History history, long total) {
        return Stream.of(
                        new LedgerCheck(),
                        new ListCheck(),
                        new CounterCheck(),
                        new BankCheck(total),
                        new OrderCheck(),
                        new SessionCheck())
                .flatMap(check -> check.findings(history).stream())
                .toList();
    }
}
