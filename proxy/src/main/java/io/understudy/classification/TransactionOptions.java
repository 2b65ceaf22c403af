package io.understudy.classification;

import java.util.Optional;

/**
 * The modes named by BEGIN, SET TRANSACTION and the like; empty where not named.
 *
 * @param isolation in lower case: "read committed", "repeatable read", "serializable", "read uncommitted"
 */
public record TransactionOptions(Optional<String> isolation, Optional<Boolean> readOnly, Optional<Boolean> deferrable) {
    public static final TransactionOptions NONE =
            new TransactionOptions(Optional.empty(), Optional.empty(), Optional.empty());

    public boolean isSerializable() {
        return isolation.filter("serializable"::equals).isPresent();
    }

    public boolean isReadOnly() {
        return readOnly.orElse(false);
    }
}
