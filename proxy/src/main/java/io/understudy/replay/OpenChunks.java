package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.Form;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** Chunks whose transaction's entry may still come: the log must not be cut between them and it. Not safe for use by several threads. */
final class OpenChunks {
    private final Map<UUID, Long> firsts = new LinkedHashMap<>();

    /** The next entry. */
    void add(long index, Entry entry, boolean valid) {
        switch (entry) {
            case Entry.Chunk c when valid -> firsts.putIfAbsent(c.transaction(), index);
            case Entry.Transaction t when t.form() instanceof Form.Chunks -> firsts.remove(t.id());
            // what older epochs have left will never count
            case Entry.MasterAssigned m when valid -> firsts.clear();
            default -> {}
        }
    }

    /** The first chunk that an entry after {@code index} may refer to. */
    OptionalLong oldest(long index) {
        return firsts.values().stream()
                .mapToLong(first -> first)
                .filter(first -> first > index - EntryJudge.CHUNKS_SPAN)
                .min();
    }
}
