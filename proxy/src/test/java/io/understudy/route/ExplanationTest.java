package io.understudy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.classification.Inspected;
import io.understudy.classification.PinReason;
import io.understudy.route.Asker.Transaction;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static NodeStatus node(String name, NodeState state, long applied) {
        return new NodeStatus(name, new UUID(1, 2), state, 1, applied, 100, 0, "h", 1, 2, "h", 3);
    }

    /** n1 is asked; n2 is the master. */
    private static ClusterPicture picture(long applied) {
        return new ClusterPicture(
                node("n1", NodeState.REPLICA, applied),
                Map.of("n2", node("n2", NodeState.MASTER, 100)),
                "n2",
                false,
                Map.of(),
                0);
    }

    private static String explain(String sql, Asker asker, ClusterPicture picture) {
        return String.join(
                "\n", Explanation.of(Inspected.of(sql), asker, picture, false).lines());
    }

    private static Asker in(boolean readOnly, String node, String rows) {
        return new Asker(
                ReadNeed.NOTHING,
                Set.of(),
                false,
                false,
                Optional.of(new Transaction(
                        readOnly,
                        Optional.of(node).filter(n -> !n.isEmpty()),
                        Optional.of(rows).filter(r -> !r.isEmpty()))),
                Hint.NONE);
    }

    @Test
    void aReadByItself() {
        assertThat(explain("SELECT upper(note) FROM orders WHERE id = 5", Asker.NEW, picture(100)))
                .isEqualTo("""
                        Statement: read (seen for the first time)
                        Why: only reads
                        Runs on: n1, the cluster's replica
                        Because: it only reads, and this replica has applied entry 100 (needed: 0)
                        Logged as: none
                        Because: it changes nothing that is replicated
                        Understood by: Calcite
                        Reads: public.orders
                        Functions: upper (immutable)""");
    }

    @Test
    void aReadThatMustSeeWhatIsNotThereYet() {
        Asker needy = new Asker(ReadNeed.of(90), Set.of(), false, false, Optional.empty(), Hint.NONE);
        assertThat(explain("SELECT 1 FROM orders", needy, picture(80)))
                .contains("Runs on: n2, the cluster's master")
                .contains("no replica has applied entry 90 yet");
    }

    @Test
    void aWriteSaysItsLogFormAndWhyNotTheOther() {
        assertThat(explain("UPDATE orders SET note = 'x' WHERE id = 5", Asker.NEW, picture(100)))
                .contains("Statement: write")
                .contains("Runs on: n2, the cluster's master\nBecause: the master executes everything that may write")
                .contains("Logged as: statement\nBecause: if it changes exactly one row");
        assertThat(explain("UPDATE triggered SET n = 1 WHERE id = 5", Asker.NEW, picture(100)))
                .contains("Logged as: row\nNot as a statement because: table triggered has a trigger")
                .contains("Writes: public.triggered");
        assertThat(explain(
                        "UPDATE orders SET note = 'x' WHERE id = 5", in(false, "n2", "an earlier one"), picture(100)))
                .contains("Not as a statement because: an earlier one");
        assertThat(Explanation.of(
                                Inspected.of("UPDATE orders SET note = 'x' WHERE id = 5"),
                                Asker.NEW,
                                picture(100),
                                true)
                        .fields())
                .containsEntry("logForm", "row")
                .containsEntry("node", "n2")
                .containsEntry("role", "master")
                .containsEntry("writes", List.of("public.orders"));
    }

    /** What users of Spring ask first. */
    @Test
    void aReadInAReadWriteTransactionGoesToTheMasterAndItSaysHowItNeedNot() {
        for (String node : List.of("", "n2")) {
            assertThat(explain("SELECT * FROM orders", in(false, node, ""), picture(100)))
                    .contains("Runs on: n2, the cluster's master")
                    .contains("not READ ONLY")
                    .contains("Hint: ")
                    .contains("@Transactional(readOnly = true)");
        }
        assertThat(explain("SELECT * FROM orders", in(true, "", ""), picture(100)))
                .contains("Runs on: n1, the cluster's replica")
                .doesNotContain("Hint");
    }

    @Test
    void stateThatOnlyTheSessionHas() {
        Asker pinned = new Asker(
                ReadNeed.NOTHING, Set.of(PinReason.TEMPORARY_OBJECT), true, false, Optional.empty(), Hint.NONE);
        assertThat(explain("SELECT * FROM orders", pinned, picture(100)))
                .contains("Runs on: n2, the cluster's master")
                .contains("(temporary object)");
        assertThat(explain("UPDATE orders SET note = 'x' WHERE id = 5", pinned, picture(100)))
                .contains("Logged as: row\nNot as a statement because: the session has state of its own");
    }

    @Test
    void whatCalciteDidNotUnderstandAndWhatIsCalled() {
        assertThat(explain("SELECT ((1", Asker.NEW, picture(100)))
                .contains("Statement: may write")
                .contains("Understood by: nobody: Calcite gave up (");
        assertThat(explain("SELECT volatile_function(now()) FROM orders FOR UPDATE", Asker.NEW, picture(100)))
                .contains("Locks rows: yes")
                .contains("Mentions of the transaction's time: 1")
                .contains("volatile_function (volatile, not built in)")
                .contains("now (stable)");
        assertThat(explain("VACUUM orders", Asker.NEW, picture(100)))
                .contains("Understood by: its keywords")
                .contains("Runs on: n2, then on every node");
    }

    @Test
    void whatIsRefusedGoesNowhere() {
        assertThat(explain("CREATE INDEX CONCURRENTLY ON orders (note)", in(false, "n2", ""), picture(100)))
                .contains("Runs on: no node\nBecause: it is refused: CREATE INDEX")
                .contains("Logged as: none");
        assertThat(explain("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", Asker.NEW, picture(100)))
                .contains("Runs on: no node\nBecause: it is refused: CREATE SUBSCRIPTION");
        assertThat(explain("CREATE INDEX CONCURRENTLY ON orders (note)", Asker.NEW, picture(100)))
                .contains("Runs on: n2");
        for (String sql : List.of("INSERT INTO orders VALUES (1)", "CREATE TABLE x (a int)", "COPY t FROM STDIN")) {
            assertThat(explain(sql, in(true, "", ""), picture(100)))
                    .contains("Runs on: no node\nBecause: it is refused: the transaction is READ ONLY")
                    .contains("Logged as: none");
        }
    }

    @Test
    void withoutAMasterItSaysSo() {
        ClusterPicture nobody =
                new ClusterPicture(node("n1", NodeState.REPLICA, 100), Map.of(), "", false, Map.of(), 0);
        assertThat(explain("DELETE FROM orders", Asker.NEW, nobody))
                .contains("Runs on: nowhere now")
                .contains("no master has been elected");
    }
}
