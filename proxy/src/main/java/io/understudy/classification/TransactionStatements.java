package io.understudy.classification;

import io.understudy.classification.Classification.Refused;
import io.understudy.classification.TransactionControl.Begin;
import io.understudy.classification.TransactionControl.Commit;
import io.understudy.classification.TransactionControl.Release;
import io.understudy.classification.TransactionControl.Rollback;
import io.understudy.classification.TransactionControl.RollbackTo;
import io.understudy.classification.TransactionControl.Savepoint;
import java.util.Optional;

/** Reads transaction control. */
final class TransactionStatements {
    private TransactionStatements() {}

    /** @param c behind the first word */
    static Classification classify(String verb, TokenCursor c) {
        return switch (verb) {
            case "begin", "start" -> {
                c.skipAny("work", "transaction");
                yield new Begin(options(c), verb.equals("start") ? "START TRANSACTION" : "BEGIN");
            }
            case "savepoint" -> new Savepoint(c.name());
            case "release" -> {
                c.accept("savepoint");
                yield new Release(c.name());
            }
            case "commit", "end" -> c.is("prepared") ? refusedPrepared(false) : new Commit(chain(c));
            default -> rollback(c);
        };
    }

    private static Classification rollback(TokenCursor c) {
        if (c.is("prepared")) {
            return refusedPrepared(false);
        }
        c.skipAny("work", "transaction");
        if (c.accept("to")) {
            c.accept("savepoint");
            return new RollbackTo(c.name());
        }
        return new Rollback(chain(c));
    }

    private static boolean chain(TokenCursor c) {
        c.skipAny("work", "transaction");
        return c.is("and", "chain");
    }

    /** @param first whether it is PREPARE TRANSACTION: after that there is no transaction, whatever became of it */
    static Refused refusedPrepared(boolean first) {
        return new Refused(
                "0A000",
                "two-phase commit by the client is not supported",
                "Use COMMIT: Understudy itself commits on a majority of the nodes.",
                first);
    }

    /** Transaction modes up to the end, in any order. */
    static TransactionOptions options(TokenCursor c) {
        Optional<String> isolation = Optional.empty();
        Optional<Boolean> readOnly = Optional.empty();
        Optional<Boolean> deferrable = Optional.empty();
        while (!c.atEnd()) {
            if (c.accept("isolation", "level")) {
                String level = c.name();
                isolation = Optional.of(level.equals("serializable") ? level : level + " " + c.name());
            } else if (c.accept("read", "only")) {
                readOnly = Optional.of(true);
            } else if (c.accept("read", "write")) {
                readOnly = Optional.of(false);
            } else if (c.accept("deferrable")) {
                deferrable = Optional.of(true);
            } else if (c.accept("not", "deferrable")) {
                deferrable = Optional.of(false);
            } else {
                c.i++;
            }
        }
        return new TransactionOptions(isolation, readOnly, deferrable);
    }
}
