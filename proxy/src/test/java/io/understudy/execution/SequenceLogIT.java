package io.understudy.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.execution.CommitOutcome.Committed;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.SequencePosition;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the log says of sequences at rest, with a server and a log that the test holds in its hand. */
@Timeout(60)
class SequenceLogIT {
    private static final SequencePosition UNUSED = new SequencePosition("public", "s", 1, false);

    private OneMaster master;

    @BeforeEach
    void start() throws Exception {
        master = OneMaster.start("CREATE SEQUENCE s", "CREATE TABLE t(a int)");
    }

    @AfterEach
    void stop() {
        master.close();
    }

    /** Two looks: what has not moved between them is at rest. @return the last entry that tells this position exactly, 0 if none does */
    private long rest() throws Exception {
        master.protocol.logRestingSequences();
        master.protocol.logRestingSequences();
        long last = 0;
        for (long i = 1; i <= master.log.committedIndex(); i++) {
            if (EntryCodec.decode(master.log.read(i)) instanceof Entry.SequencesReserved r
                    && r.exact().contains(UNUSED)) {
                last = i;
            }
        }
        return last;
    }

    @Test
    void aPositionIsToldAgainIfAnEntryHasToldAnotherOneSince() throws Exception {
        long first = rest();
        assertThat(first).isPositive();
        assertThat(rest()).as("once is enough").isEqualTo(first);

        CommitOutcome moved = master.new Session()
                .runWithSequences("INSERT INTO t SELECT nextval('s')")
                .commit()
                .get(30, TimeUnit.SECONDS);
        assertThat(moved).isInstanceOf(Committed.class);
        // as TRUNCATE ... RESTART IDENTITY does
        master.server.execute("SET default_transaction_read_only = off", "SELECT setval('s', 1, false)");

        assertThat(rest()).isGreaterThan(((Committed) moved).index());
    }
}
