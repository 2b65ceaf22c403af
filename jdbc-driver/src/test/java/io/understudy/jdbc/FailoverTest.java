package io.understudy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Properties;
import java.util.Queue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What an application sees of a lost link: nothing, if that can be; otherwise an exception whose class says what to do. */
class FailoverTest {
    private static final SQLException GONE = new SQLException("An I/O error occurred", "08006");

    private final FakeConnection first = new FakeConnection();
    private final FakeConnection second = new FakeConnection();
    private final Queue<FakeConnection> others = new ArrayDeque<>();
    private final Properties properties = new Properties();
    private UnderstudyConnection connection;

    @BeforeEach
    void connect() throws SQLException {
        node(first, "node1");
        node(second, "node2");
        others.add(second);
        properties.setProperty("understudy.failoverSeconds", "1");
        wrap();
    }

    private void wrap() throws SQLException {
        UnderstudyUrl url = UnderstudyUrl.parse("jdbc:understudy://h1,h2/db", null);
        connection = WrappedConnection.around(new Session(
                new Link(first.connection, url.nodes().get(0)),
                new Cluster(url),
                Settings.of(properties),
                url,
                limit -> {
                    FakeConnection next = others.poll();
                    if (next == null) {
                        throw new SQLException("no node", "08001");
                    }
                    return new Link(next.connection, url.nodes().get(1));
                }));
    }

    private static void node(FakeConnection f, String name) {
        f.reported.put(Session.NODE, name);
        f.reported.put(Session.TOKEN, "0");
        f.reported.put(Session.PINS, "");
    }

    /** The next thing that is asked of the first link fails, and the link with it. */
    private void lose() {
        first.failure = GONE;
        first.lost = true;
    }

    private static PSQLException said(String state) {
        return new PSQLException(new ServerErrorMessage("SERROR\0C" + state + "\0Mwords\0"));
    }

    private void inTransaction(String token) throws SQLException {
        connection.setAutoCommit(false);
        first.onExecute = () -> {
            first.state = TransactionState.OPEN;
            first.reported.put(Session.TRANSACTION, token);
        };
        connection.createStatement().executeUpdate("insert");
    }

    @Test
    void anIdleConnectionMovesWithItsSettingsAndStatements() throws SQLException {
        connection.setReadOnly(true);
        connection.setNetworkTimeout(Runnable::run, 7000);
        connection.setNetworkTimeout(Runnable::run, 8000);
        connection.setClientInfo("ApplicationName", "shop");
        PreparedStatement p = connection.prepareStatement("select ?, ?");
        p.setFetchSize(3);
        p.setString(2, "b");
        p.setInt(1, 5);
        first.reported.put(Session.SETTINGS, "SET search_path TO shop;");
        first.closed = true;

        p.executeQuery();
        assertThat(connection.node()).isEqualTo("node2");
        assertThat(first.calls).noneMatch(c -> c.startsWith("execute"));
        assertThat(second.updates).containsExactly("SET search_path TO shop;");
        assertThat(second.calls)
                .contains(
                        "setReadOnly[true]",
                        "setClientInfo[ApplicationName, shop]",
                        "prepareStatement[select ?, ?]",
                        "setFetchSize[3]",
                        "setString[2, b]",
                        "setInt[1, 5]")
                .anyMatch(c -> c.startsWith("setNetworkTimeout") && c.endsWith("8000]"))
                .noneMatch(c -> c.startsWith("setNetworkTimeout") && c.endsWith("7000]"))
                .endsWith("executeQuery");
        assertThat(p.getConnection()).isSameAs(connection);
    }

    @Test
    void whatANodeDidNotTakeBeforeItLeftIsRunElsewhere() throws SQLException {
        Statement s = connection.createStatement();
        first.failure = new PSQLException(
                new ServerErrorMessage("SFATAL\0C57P01\0Mthe node shuts down\0Runderstudy_leaving\0"));
        first.lost = true;
        s.executeUpdate("insert");
        assertThat(connection.node()).isEqualTo("node2");
        assertThat(second.calls).anyMatch(c -> c.startsWith("executeUpdate"));
    }

    @Test
    void autocommitIsSetLastSoThatNoSettingBeginsATransaction() throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        first.closed = true;
        connection.createStatement().executeQuery("x");
        assertThat(second.calls.subList(0, 2)).containsExactly("setReadOnly[true]", "setAutoCommit[false]");
    }

    @Test
    void whatOnlyTheSessionHadIsNotHidden() throws SQLException {
        first.reported.put(Session.PINS, "temporary_object,advisory_lock");
        Statement s = connection.createStatement();
        first.closed = true;
        assertThatThrownBy(() -> s.executeQuery("x"))
                .isInstanceOf(SQLRecoverableException.class)
                .hasMessageContaining("temporary_object,advisory_lock")
                .hasMessageContaining("Get another connection");
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
        assertThat(others).hasSize(1);
    }

    @Test
    void aNodeThatDoesNotTellWhatASessionHasKeepsItsConnections() throws SQLException {
        first.reported.remove(Session.PINS);
        first.closed = true;
        assertThatThrownBy(() -> connection.createStatement()).isInstanceOf(SQLRecoverableException.class);
    }

    @Test
    void aLostConnectionIsOpenAndValidAsLongAsItCanMove() throws SQLException {
        first.closed = true;
        assertThat(connection.isClosed()).isFalse();
        assertThat(connection.isValid(1)).isTrue();
        assertThat(connection.node()).isEqualTo("node2");
        connection.close();
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
    }

    @Test
    void aCommitThatTookPlaceReturns() throws SQLException {
        inTransaction("3.14.abc");
        second.answer = "committed";
        lose();
        connection.commit();
        assertThat(second.questions).containsExactly("SELECT understudy.outcome('3.14.abc')");
        assertThat(connection.node()).isEqualTo("node2");
        connection.createStatement().executeUpdate("insert");
    }

    @Test
    void aCommitThatDidNotSaysSo() throws SQLException {
        inTransaction("3.14.abc");
        second.answer = "not committed";
        lose();
        assertThatThrownBy(connection::commit)
                .isInstanceOf(SQLTransactionRollbackException.class)
                .hasFieldOrPropertyWithValue("SQLState", "40001")
                .hasMessageContaining("certainly not committed")
                .hasCause(GONE);
        connection.createStatement().executeUpdate("insert");
        assertThat(second.calls).contains("executeUpdate[insert]");
    }

    @Test
    void aCommitOfWhichNobodyCanTellIsUnknown() throws SQLException {
        inTransaction("3.14.abc");
        others.clear();
        for (int i = 0; i < 100; i++) {
            FakeConnection f = new FakeConnection();
            node(f, "node2");
            f.answer = new SQLException("cannot be told here yet", "57P03");
            others.add(f);
        }
        lose();
        assertThatThrownBy(connection::commit)
                .isInstanceOf(SQLNonTransientConnectionException.class)
                .hasFieldOrPropertyWithValue("SQLState", "08007")
                .hasMessageContaining("understudy.outcome('3.14.abc')");
        assertThat(others.size()).isLessThan(99);
    }

    @Test
    void anUnknownOutcomeFromALivingNodeIsAskedThere() throws SQLException {
        inTransaction("3.14.abc");
        first.answer = "committed";
        first.failure = said("08007");
        connection.commit();
        assertThat(first.questions).hasSize(1);
        assertThat(connection.node()).isEqualTo("node1");
    }

    /** They came with the commit, and the node had not told them yet. */
    @Test
    void settingsOfACommitThatWasCutOffAreNotForgottenSilently() throws SQLException {
        inTransaction("3.14.abc");
        first.reported.put(Session.PINS, Session.UNCOMMITTED);
        second.answer = "committed";
        lose();
        connection.commit();
        assertThatThrownBy(() -> connection.createStatement().executeQuery("x"))
                .isInstanceOf(SQLRecoverableException.class)
                .hasMessageContaining(Session.UNCOMMITTED);
    }

    @Test
    void settingsOfATransactionThatIsLostAreGoneWithIt() throws SQLException {
        inTransaction("3.14.abc");
        first.reported.put(Session.PINS, Session.UNCOMMITTED);
        Statement s = connection.createStatement();
        lose();
        assertThatThrownBy(() -> s.executeUpdate("insert")).isInstanceOf(SQLTransactionRollbackException.class);
        connection.rollback();
        s.executeUpdate("insert");
    }

    @Test
    void commitByAutocommitIsResolvedAsWell() throws SQLException {
        inTransaction("3.14.abc");
        second.answer = "committed";
        lose();
        connection.setAutoCommit(true);
        assertThat(second.questions).hasSize(1);
        assertThat(second.calls).last().isEqualTo("setAutoCommit[true]");
    }

    @Test
    void whatOnlyReadNeedsNoQuestion() throws SQLException {
        connection.setAutoCommit(false);
        first.onExecute = () -> first.state = TransactionState.OPEN;
        connection.createStatement().executeQuery("x");
        lose();
        connection.commit();
        assertThat(second.questions).isEmpty();
    }

    @Test
    void aLostTransactionMustBeRolledBackBeforeTheNextOne() throws SQLException {
        inTransaction("3.14.abc");
        Statement s = connection.createStatement();
        lose();
        assertThatThrownBy(() -> s.executeUpdate("insert"))
                .isInstanceOf(SQLTransactionRollbackException.class)
                .hasFieldOrPropertyWithValue("SQLState", "40001")
                .hasCause(GONE);
        assertThatThrownBy(() -> s.executeUpdate("insert")).hasFieldOrPropertyWithValue("SQLState", "25P02");
        connection.rollback();
        s.executeUpdate("insert");
        assertThat(second.calls).filteredOn(c -> c.startsWith("execute")).hasSize(1);
    }

    @Test
    void aLostTransactionCannotBeCommitted() throws SQLException {
        inTransaction("3.14.abc");
        Statement s = connection.createStatement();
        lose();
        assertThatThrownBy(() -> s.executeUpdate("insert")).isInstanceOf(SQLTransactionRollbackException.class);
        assertThatThrownBy(connection::commit).hasFieldOrPropertyWithValue("SQLState", "40001");
        assertThat(second.calls).doesNotContain("commit");
        s.executeUpdate("insert");
    }

    @Test
    void aTransactionThatPgjdbcsOwnObjectLostCannotBeCommittedEither() throws SQLException {
        inTransaction("3.14.abc");
        first.closed = true;
        assertThatThrownBy(connection::commit).hasFieldOrPropertyWithValue("SQLState", "40001");
        assertThat(second.calls).doesNotContain("commit");
    }

    @Test
    void rollingBackWhatIsLostIsDone() throws SQLException {
        inTransaction("3.14.abc");
        lose();
        connection.rollback();
        assertThat(connection.node()).isEqualTo("node2");
        connection.createStatement().executeUpdate("insert");
    }

    @Test
    void theFirstStatementOfATransactionRunsAgain() throws SQLException {
        connection.setAutoCommit(false);
        PreparedStatement p = connection.prepareStatement("insert into t values (?)");
        p.setInt(1, 5);
        lose();
        p.executeUpdate();
        assertThat(second.calls)
                .containsSubsequence("prepareStatement[insert into t values (?)]", "setInt[1, 5]", "executeUpdate");
    }

    @Test
    void aStatementByItselfThatTookPlaceSaysThatItsResultIsLost() throws SQLException {
        Statement s = connection.createStatement();
        first.onExecute = () -> first.reported.put(Session.TRANSACTION, "3.15.abc");
        second.answer = "committed";
        lose();
        assertThatThrownBy(() -> s.executeUpdate("insert"))
                .isInstanceOf(SQLNonTransientConnectionException.class)
                .hasFieldOrPropertyWithValue("SQLState", "08007")
                .hasMessageContaining("It was committed");
        assertThat(second.calls).noneMatch(c -> c.startsWith("execute"));
    }

    @Test
    void aStatementByItselfThatDidNotTakePlaceCanBeRunAgain() throws SQLException {
        Statement s = connection.createStatement();
        first.onExecute = () -> first.reported.put(Session.TRANSACTION, "3.15.abc");
        second.answer = "not committed";
        lose();
        assertThatThrownBy(() -> s.executeUpdate("insert")).hasFieldOrPropertyWithValue("SQLState", "40001");
    }

    @Test
    void aBatchAndAStreamCannotMove() throws SQLException {
        PreparedStatement p = connection.prepareStatement("insert into t values (?)");
        p.setInt(1, 5);
        p.addBatch();
        first.closed = true;
        nothingRan(p::executeBatch);
        p.setInt(1, 5);
        p.addBatch();
        p.executeBatch();

        FakeConnection third = new FakeConnection();
        node(third, "node3");
        others.add(third);
        p.setCharacterStream(1, new StringReader("x"));
        second.closed = true;
        nothingRan(p::executeUpdate);
        p.setCharacterStream(1, new StringReader("x"));
        p.executeUpdate();
        assertThat(third.calls).endsWith("executeUpdate");
    }

    private static void nothingRan(ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOf(SQLTransactionRollbackException.class)
                .hasMessageContaining("Nothing was run");
    }

    @Test
    void itCanBeSwitchedOff() throws SQLException {
        properties.setProperty("understudy.failoverSeconds", "0");
        wrap();
        Statement s = connection.createStatement();
        lose();
        assertThatThrownBy(() -> s.executeQuery("x")).isSameAs(GONE);
        assertThat(connection.isClosed()).isTrue();
        assertThat(others).hasSize(1);
    }

    @Test
    void whenNoNodeIsLeftTheConnectionIsGoneUntilOneComesBack() throws SQLException {
        others.clear();
        first.closed = true;
        assertThatThrownBy(() -> connection.createStatement())
                .isInstanceOf(SQLRecoverableException.class)
                .hasFieldOrPropertyWithValue("SQLState", "08006");
        others.add(second);
        connection.createStatement().executeQuery("x");
        assertThat(connection.node()).isEqualTo("node2");
    }

    @Test
    void whatANodeSaysComesInTheClassThatSaysWhatToDo() throws SQLException {
        Statement s = connection.createStatement();
        first.failure = said("40001");
        assertThatThrownBy(() -> s.executeUpdate("x"))
                .isInstanceOf(SQLTransactionRollbackException.class)
                .hasFieldOrPropertyWithValue("SQLState", "40001")
                .hasCause(first.failure);
        first.failure = said("57P03");
        assertThatThrownBy(() -> s.executeUpdate("x"))
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasCause(first.failure);
    }

    @Test
    void abortEndsItForGood() throws SQLException {
        connection.abort(Runnable::run);
        assertThat(connection.isClosed()).isTrue();
        Connection c = connection;
        assertThat(c.isValid(1)).isFalse();
        assertThat(others).hasSize(1);
    }
}
