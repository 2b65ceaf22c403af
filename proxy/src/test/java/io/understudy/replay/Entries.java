package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.SessionContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Entries for tests. */
final class Entries {
    static final UUID P1 = new UUID(1, 1);
    static final UUID P2 = new UUID(2, 2);
    static final SessionContext CONTEXT = new SessionContext("postgres", Map.of());

    private Entries() {}

    static UUID id(long n) {
        return new UUID(0, n);
    }

    static Entry.MasterAssigned assigned(String node, UUID process, long epoch) {
        return new Entry.MasterAssigned(node, process, epoch, "test");
    }

    static Entry.Transaction transaction(long id, UUID process, long epoch) {
        return transaction(id, process, epoch, id);
    }

    static Entry.Transaction transaction(long id, UUID process, long epoch, long commitMicros) {
        return new Entry.Transaction(
                id(id),
                process,
                epoch,
                1000 + id,
                0,
                commitMicros,
                CONTEXT,
                List.of(),
                new Form.Rows(List.of()),
                List.of());
    }

    static Entry.VerificationPoint point(long id, UUID process, long epoch) {
        return new Entry.VerificationPoint(id(id), process, epoch);
    }
}
