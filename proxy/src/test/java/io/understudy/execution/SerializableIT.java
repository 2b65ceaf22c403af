package io.understudy.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.backend.ServerError;
import io.understudy.execution.CommitOutcome.Committed;
import io.understudy.execution.CommitOutcome.NothingWritten;
import io.understudy.execution.CommitOutcome.RolledBack;
import io.understudy.log.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SERIALIZABLE on the master: the server must have promised to commit before the entry is proposed, and what it keeps for that must never be left behind. */
@Timeout(120)
class SerializableIT {
    private static final String PREPARED = "SELECT count(*) FROM pg_prepared_xacts";

    private OneMaster master;

    @BeforeEach
    void start() throws Exception {
        master = OneMaster.start(
                "CREATE TABLE doctor(id int PRIMARY KEY, on_call boolean NOT NULL)",
                "INSERT INTO doctor SELECT i, true FROM generate_series(1, 100) i",
                "CREATE TABLE account(id int PRIMARY KEY, n int NOT NULL)",
                "INSERT INTO account SELECT i, 0 FROM generate_series(1, 100) i");
    }

    @AfterEach
    void stop() {
        master.close();
    }

    private OneMaster.Session serializable() throws Exception {
        return master.new Session().run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    }

    private static CommitOutcome outcome(CompletableFuture<CommitOutcome> of) throws Exception {
        return of.get(30, TimeUnit.SECONDS);
    }

    /** Each sees the other on call and leaves; one at a time, nobody would leave last. */
    @Test
    void oneOfTwoThatContradictEachOtherIsRolledBack() throws Exception {
        List<OneMaster.Session> both = List.of(serializable(), serializable());
        for (OneMaster.Session s : both) {
            s.run("SELECT count(*) FROM doctor WHERE id <= 2 AND on_call");
        }
        int committed = 0;
        int id = 1;
        for (OneMaster.Session s : both) {
            CommitOutcome o;
            try {
                o = outcome(s.run("UPDATE doctor SET on_call = false WHERE id = " + id++)
                        .commit());
            } catch (ServerError e) {
                assertThat(e.fields().sqlState()).isEqualTo("40001");
                continue;
            }
            if (o instanceof Committed) {
                committed++;
            } else {
                assertThat(o)
                        .isInstanceOfSatisfying(
                                RolledBack.class,
                                r -> assertThat(r.error().sqlState()).isEqualTo("40001"));
            }
        }
        assertThat(committed).isEqualTo(1);
        assertThat(master.see("SELECT count(*) FROM doctor WHERE id <= 2 AND on_call"))
                .isEqualTo("1");
        assertThat(master.see(PREPARED)).isEqualTo("0");
        assertThat(master.see("SELECT idx = " + master.log.committedIndex()
                        + " FROM understudy.applied ORDER BY idx DESC LIMIT 1"))
                .isEqualTo("t");
    }

    @Test
    void whatOnlyReadsIsNotPrepared() throws Exception {
        long before = master.log.committedIndex();
        assertThat(outcome(serializable().run("SELECT * FROM doctor").commit())).isInstanceOf(NothingWritten.class);
        assertThat(master.log.committedIndex()).isEqualTo(before);
    }

    /** Those that touch different rows mostly do not disturb each other: nothing that the proxy itself writes may make them. */
    @Test
    void strangersCommitBesideEachOther() throws Exception {
        int each = 40;
        List<CompletableFuture<Integer>> clients = new ArrayList<>();
        for (int c = 1; c <= 4; c++) {
            int id = c;
            clients.add(CompletableFuture.supplyAsync(() -> increments(id, each)));
        }
        int failed = 0;
        for (CompletableFuture<Integer> c : clients) {
            failed += c.get(60, TimeUnit.SECONDS);
        }
        assertThat(master.see("SELECT string_agg(n::text, ',' ORDER BY id) FROM account WHERE id <= 4"))
                .isEqualTo("40,40,40,40");
        assertThat(failed).isLessThan(4 * each / 2);
        assertThat(master.see(PREPARED)).isEqualTo("0");
    }

    /** @return how often it had to run again */
    private int increments(int id, int times) {
        int failed = 0;
        for (int done = 0; done < times; ) {
            try {
                OneMaster.Session s = serializable();
                try {
                    boolean ok = outcome(s.run("UPDATE account SET n = n + 1 WHERE id = " + id)
                                    .commit())
                            instanceof Committed;
                    done += ok ? 1 : 0;
                    failed += ok ? 0 : 1;
                } finally {
                    s.backend.discard();
                }
            } catch (ServerError e) {
                failed++;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return failed;
    }

    private CompletableFuture<CommitOutcome> committing(OneMaster.Session session) throws Exception {
        master.log.hold();
        CompletableFuture<CommitOutcome> committing =
                session.run("UPDATE account SET n = n + 100 WHERE id = 1").commit();
        await().until(() -> master.log.waiting() == 1);
        assertThat(master.see(PREPARED)).isEqualTo("1");
        return committing;
    }

    @Test
    void isCommittedOnceAlthoughItsConnectionIsLostWhileItWaits() throws Exception {
        OneMaster.Session first = serializable();
        CompletableFuture<CommitOutcome> committing = committing(first);
        master.server.execute("SELECT pg_terminate_backend(" + first.backend.pid() + ")");
        master.log.release();
        assertThat(outcome(committing)).isInstanceOf(Committed.class);
        await().untilAsserted(() ->
                assertThat(master.see("SELECT n FROM account WHERE id = 1")).isEqualTo("100"));
        assertThat(master.see(PREPARED)).isEqualTo("0");
    }

    @Test
    void isRolledBackWhenTheLogRefusesIt() throws Exception {
        CompletableFuture<CommitOutcome> committing = committing(serializable());
        // another node's epoch begins before the entry comes in
        master.log.append(new Entry.MasterAssigned("n2", UUID.randomUUID(), 2, "test"));
        master.log.release();
        assertThat(outcome(committing)).isInstanceOf(RolledBack.class);
        assertThat(master.see(PREPARED)).isEqualTo("0");
        assertThat(master.see("SELECT n FROM account WHERE id = 1")).isEqualTo("0");
    }

    @Test
    void isReplayedAfterTheServerWasLost() throws Exception {
        CompletableFuture<CommitOutcome> committing = committing(serializable());
        master.transactions.serverLost("lost");
        master.loop.reconnect("lost");
        await().until(() -> master.see(PREPARED).equals("0"));
        master.log.release();
        try {
            outcome(committing);
        } catch (ExecutionException e) {
            assertThat(e).hasMessageContaining("57P01");
        }
        await().untilAsserted(() ->
                assertThat(master.see("SELECT n FROM account WHERE id = 1")).isEqualTo("100"));
    }

    @Test
    void temporaryObjectsCannotBePrepared() throws Exception {
        OneMaster.Session s =
                serializable().run("CREATE TEMPORARY TABLE mine(a int)").run("UPDATE account SET n = 1 WHERE id = 1");
        assertThat(outcome(s.commit()))
                .isInstanceOfSatisfying(
                        RolledBack.class, r -> assertThat(r.error().sqlState()).isEqualTo("0A000"));
        assertThat(master.see("SELECT n FROM account WHERE id = 1")).isEqualTo("0");
    }

    @Test
    void aServerWithoutRoomForThemSaysSo() throws Exception {
        master.close();
        master = OneMaster.withSettings(List.of("max_prepared_transactions=0"), "CREATE TABLE t(a int)");
        assertThat(outcome(serializable().run("INSERT INTO t VALUES (1)").commit()))
                .isInstanceOfSatisfying(RolledBack.class, r -> {
                    assertThat(r.error().sqlState()).isEqualTo("0A000");
                    assertThat(r.error().toString()).contains("max_prepared_transactions");
                });
        assertThat(master.see("SELECT count(*) FROM t")).isEqualTo("0");
        assertThat(outcome(master.new Session().runAndCommit("INSERT INTO t VALUES (1)")))
                .isInstanceOf(Committed.class);
    }
}
