package io.understudy.classification;

import java.util.Optional;

/** Statements that begin, end or shape a transaction. */
public sealed interface TransactionControl extends Classification {

    /** BEGIN or START TRANSACTION. @param tag which of them */
    record Begin(TransactionOptions options, String tag) implements TransactionControl {}

    /** COMMIT or END. */
    record Commit(boolean chain) implements TransactionControl {}

    /** ROLLBACK or ABORT. */
    record Rollback(boolean chain) implements TransactionControl {}

    record Savepoint(String name) implements TransactionControl {}

    record Release(String name) implements TransactionControl {}

    record RollbackTo(String name) implements TransactionControl {}

    /**
     * SET TRANSACTION, or SET LOCAL/SET of transaction_isolation and its kin spelled as settings are {@link SessionStatement.Set}.
     *
     * @param snapshot an exported snapshot's name: valid on the master only, where all of the transaction must run
     */
    record SetTransaction(TransactionOptions options, Optional<String> snapshot) implements TransactionControl {}

    /** SET SESSION CHARACTERISTICS AS TRANSACTION: the defaults of later transactions. */
    record SetSessionCharacteristics(TransactionOptions options) implements TransactionControl {}

    /** SET CONSTRAINTS; matters where the transaction's writes are. */
    record SetConstraints() implements TransactionControl {}

    @Override
    default String kind() {
        return "transaction";
    }
}
