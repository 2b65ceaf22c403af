package io.understudy.session;

import io.understudy.classification.SessionStatement;
import io.understudy.classification.TransactionOptions;
import io.understudy.log.TransactionToken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the client's. It is held (no lease) until its first statement tells where it must run; after a loss it is failed and has no lease any more.
 */
final class Block {
    final TransactionOptions options;

    /** Begun by the client's BEGIN; otherwise it ends by itself with the query string or Sync. */
    boolean explicit;

    @Nullable
    Lease lease;

    boolean failed;

    /** The master elsewhere, where it runs, said so. */
    @Nullable
    TransactionToken told;

    /** Settings to keep if it commits. */
    final List<Setting> settings = new ArrayList<>();

    boolean rolledBackToSavepoint;

    Block(TransactionOptions options, boolean explicit) {
        this.options = options;
        this.explicit = explicit;
    }

    /** By which its outcome can be asked for; null if it does not write, or a master elsewhere has not told. */
    @Nullable
    TransactionToken token() {
        return lease instanceof Lease.Writing w ? w.transaction().token() : told;
    }

    boolean held() {
        return lease == null && !failed;
    }

    /** A SET or RESET that ran in it. */
    record Setting(SessionStatement statement, String sql) {}

    /** BEGIN with the client's options. @param access " READ WRITE", " READ ONLY" or empty */
    String begin(String access) {
        StringBuilder b = new StringBuilder("BEGIN");
        options.isolation().ifPresent(i -> b.append(" ISOLATION LEVEL ").append(i));
        b.append(access);
        options.deferrable().ifPresent(d -> b.append(d ? " DEFERRABLE" : " NOT DEFERRABLE"));
        return b.toString();
    }
}
