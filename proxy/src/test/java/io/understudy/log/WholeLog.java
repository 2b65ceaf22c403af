package io.understudy.log;

import java.util.List;

/** A log for tests that has all its entries and cannot be cut. */
public interface WholeLog extends StatementLog {
    @Override
    default LogBase base() {
        return LogBase.NONE;
    }

    @Override
    default List<Cut> cuts() {
        return List.of();
    }

    @Override
    default long bytes() {
        return 0;
    }

    @Override
    default void truncate(long index, byte[] state) {
        throw new UnsupportedOperationException();
    }
}
