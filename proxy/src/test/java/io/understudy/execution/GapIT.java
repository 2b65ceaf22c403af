package io.understudy.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.execution.CommitOutcome.Committed;
import io.understudy.execution.CommitOutcome.RolledBack;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Invariant I5 at its worst moment: the backend of a transaction that is in the log, or about to be, dies before its local commit, while others wait for its locks or read what it has changed. They
 * see a world without it and must never get into the log.
 */
@Timeout(120)
class GapIT {
    private OneMaster master;

    @BeforeEach
    void start() throws Exception {
        master = OneMaster.start(
                "CREATE TABLE account(id int PRIMARY KEY, n int NOT NULL)",
                "CREATE TABLE seen(n int NOT NULL)",
                "INSERT INTO account VALUES (1, 0), (2, 0)");
    }

    @AfterEach
    void stop() {
        master.close();
    }

    /** Commits a transaction that sets the account to 100, up to the moment when its entry waits for its majority. */
    private OneMaster.Session appending() throws Exception {
        master.log.hold();
        OneMaster.Session first = master.new Session().run("UPDATE account SET n = 100 WHERE id = 1");
        committing = first.commit();
        await().until(() -> master.log.waiting() == 1);
        return first;
    }

    private CompletableFuture<CommitOutcome> committing = new CompletableFuture<>();

    private void kill(OneMaster.Session session) throws Exception {
        master.server.execute("SELECT pg_terminate_backend(" + session.backend.pid() + ")");
        await().until(() -> master.see("SELECT count(*) FROM pg_stat_activity WHERE pid = " + session.backend.pid())
                .equals("0"));
    }

    private static CommitOutcome outcome(CompletableFuture<CommitOutcome> of) throws Exception {
        return of.get(30, TimeUnit.SECONDS);
    }

    /** Rolled back with 40001, or its backend ended by the master before it came that far. */
    private static void assertSentAway(CompletableFuture<CommitOutcome> of) throws Exception {
        try {
            assertThat(outcome(of))
                    .isInstanceOfSatisfying(
                            RolledBack.class,
                            r -> assertThat(r.error().sqlState()).isEqualTo("40001"));
        } catch (ExecutionException e) {
            assertThat(e).hasMessageContaining("57P01");
        }
    }

    @Test
    void whoWaitedForItsLockIsNotAppended() throws Exception {
        OneMaster.Session first = appending();
        CompletableFuture<CommitOutcome> second =
                master.new Session().runAndCommit("UPDATE account SET n = n + 1 WHERE id = 1");
        await().until(() ->
                master.see("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));
        kill(first);
        // the lock is free now, and n is 0 again: the second one goes on from there
        assertSentAway(second);
        assertThat(master.log.waiting()).isEqualTo(1);
        master.log.release();
        assertThat(outcome(committing)).isInstanceOf(Committed.class);
        await().untilAsserted(() ->
                assertThat(master.see("SELECT n FROM account WHERE id = 1")).isEqualTo("100"));
        assertThat(outcome(master.new Session().runAndCommit("UPDATE account SET n = n + 1 WHERE id = 1")))
                .isInstanceOf(Committed.class);
        assertThat(master.see("SELECT n FROM account WHERE id = 1")).isEqualTo("101");
    }

    /** It took no lock that the lost one had: it only read. */
    @Test
    void whoReadTheWorldWithoutItIsNotAppended() throws Exception {
        OneMaster.Session first = appending();
        kill(first);
        CompletableFuture<CommitOutcome> reader =
                master.new Session().runAndCommit("INSERT INTO seen SELECT n FROM account WHERE id = 1");
        assertSentAway(reader);
        master.log.release();
        assertThat(outcome(committing)).isInstanceOf(Committed.class);
        await().untilAsserted(() ->
                assertThat(master.see("SELECT n FROM account WHERE id = 1")).isEqualTo("100"));
        assertThat(master.see("SELECT count(*) FROM seen")).isEqualTo("0");
    }

    /** In the log already, not committed here: the moment between majority and local commit, seen from the others. */
    @Test
    void whatIsInTheLogIsReplayedBeforeAnybodyIsLetIn() throws Exception {
        OneMaster.Session first = appending();
        CompletableFuture<CommitOutcome> second =
                master.new Session().runAndCommit("UPDATE account SET n = n + 1 WHERE id = 1");
        await().until(() ->
                master.see("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));
        master.log.release();
        kill(first);
        assertThat(outcome(committing)).isInstanceOf(Committed.class);
        boolean counted;
        try {
            counted = outcome(second) instanceof Committed;
        } catch (ExecutionException e) {
            counted = false;
        }
        String expected = counted ? "101" : "100";
        await().untilAsserted(() ->
                assertThat(master.see("SELECT n FROM account WHERE id = 1")).isEqualTo(expected));
    }

    /** A server whose time stood still finds the COMMIT of a session that is long gone in its sockets. */
    @Test
    void nothingTakesEffectTwiceAfterAFrozenServer() throws Exception {
        OneMaster.Session left = master.new Session().run("INSERT INTO seen VALUES (1)");
        String pid = "SELECT count(*) FROM pg_stat_activity WHERE pid = " + left.backend.pid();
        assertThat(master.see(pid)).isEqualTo("1");
        master.loop.reconnect("frozen");
        await().atMost(Duration.ofSeconds(10)).until(() -> master.see(pid).equals("0"));
        assertThat(master.see("SELECT count(*) FROM seen")).isEqualTo("0");
    }
}
