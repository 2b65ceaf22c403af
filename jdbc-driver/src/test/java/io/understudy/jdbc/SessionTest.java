package io.understudy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.TransactionState;

class SessionTest {
    private final FakeConnection fake = new FakeConnection();
    private final FakeConnection otherFake = new FakeConnection();
    private final Properties properties = new Properties();
    private UnderstudyUrl url;
    private Cluster cluster;

    @BeforeEach
    void node() throws SQLException {
        url = UnderstudyUrl.parse("jdbc:understudy://h1,h2/db", null);
        cluster = new Cluster(url);
        for (FakeConnection f : new FakeConnection[] {fake, otherFake}) {
            f.reported.put(Session.NODE, "node1");
            f.reported.put(Session.TOKEN, "0");
        }
    }

    private UnderstudyConnection wrap(FakeConnection f) throws SQLException {
        return WrappedConnection.around(new Session(
                new Link(f.connection, url.nodes().get(0)), cluster, Settings.of(properties), url, limit -> {
                    throw new SQLException("there is no other node", "08001");
                }));
    }

    private static void commitsAt(FakeConnection f, long index) {
        f.onExecute = () -> {
            f.reported.put(Session.TOKEN, Long.toString(index));
            f.reported.put(Session.ROUTE, "node1 write " + index);
        };
    }

    private static void readsAt(FakeConnection f, long index) {
        f.onExecute = () -> f.reported.put(Session.ROUTE, "node2 read " + index);
    }

    @Test
    void theNodeIsToldOnceWhenAnotherConnectionCommitted() throws SQLException {
        Statement writer = wrap(fake).createStatement();
        Statement reader = wrap(otherFake).createStatement();
        reader.executeQuery("x");
        assertThat(otherFake.updates).isEmpty();

        commitsAt(fake, 12);
        writer.executeUpdate("x");
        reader.executeQuery("x");
        reader.executeQuery("x");
        assertThat(otherFake.updates).containsExactly("SET understudy.token = 12");
        assertThat(fake.updates).isEmpty();
    }

    @Test
    void itIsNotToldInsideATransaction() throws SQLException {
        Statement reader = wrap(otherFake).createStatement();
        cluster.committed(5);
        otherFake.state = TransactionState.OPEN;
        reader.executeQuery("x");
        assertThat(otherFake.updates).isEmpty();
        otherFake.state = TransactionState.IDLE;
        reader.executeQuery("x");
        assertThat(otherFake.updates).hasSize(1);
    }

    @Test
    void whatOthersReadCountsOnlyIfAskedFor() throws SQLException {
        Statement first = wrap(fake).createStatement();
        readsAt(fake, 20);
        first.executeQuery("x");
        wrap(otherFake).createStatement().executeQuery("x");
        assertThat(otherFake.updates).isEmpty();

        properties.setProperty("understudy.causality", "reads");
        Statement reading = wrap(fake).createStatement();
        readsAt(fake, 21);
        reading.executeQuery("x");
        wrap(otherFake).createStatement().executeQuery("x");
        assertThat(otherFake.updates).containsExactly("SET understudy.token = 21");
    }

    /** A read's index is the highest it can have seen: it may have missed just that entry. */
    @Test
    void aConnectionThatCanHaveSeenAsMuchIsToldNevertheless() throws SQLException {
        Statement reader = wrap(otherFake).createStatement();
        readsAt(otherFake, 30);
        reader.executeQuery("x");
        cluster.committed(30);
        reader.executeQuery("x");
        assertThat(otherFake.updates).containsExactly("SET understudy.token = 30");
    }

    @Test
    void connectionsCanBeKeptApart() throws SQLException {
        properties.setProperty("understudy.causality", "connection");
        Statement reader = wrap(otherFake).createStatement();
        cluster.committed(5);
        reader.executeQuery("x");
        assertThat(otherFake.updates).isEmpty();
    }

    @Test
    void aTokenFromOutsideIsToldToTheNodeAndTheOthers() throws SQLException {
        UnderstudyConnection c = wrap(fake);
        c.causalToken(40);
        assertThat(c.causalToken()).isEqualTo(40);
        assertThat(fake.updates).isEmpty();
        c.createStatement().executeQuery("x");
        wrap(otherFake).createStatement().executeQuery("x");
        assertThat(fake.updates).containsExactly("SET understudy.token = 40");
        assertThat(otherFake.updates).containsExactly("SET understudy.token = 40");
        assertThatThrownBy(() -> c.causalToken(-1)).isInstanceOf(SQLException.class);
    }

    @Test
    void theTokenToHandOnIsTheHighestCommittedOrSeen() throws SQLException {
        UnderstudyConnection c = wrap(fake);
        assertThat(c.causalToken()).isZero();
        commitsAt(fake, 12);
        c.createStatement().executeUpdate("x");
        assertThat(c.causalToken()).isEqualTo(12);
        readsAt(fake, 15);
        c.createStatement().executeQuery("x");
        assertThat(c.causalToken()).isEqualTo(15);
    }

    @Test
    void whereTheLastStatementRanIsKnownWithoutAsking() throws SQLException {
        UnderstudyConnection c = wrap(fake);
        assertThat(c.node()).isEqualTo("node1");
        assertThat(c.lastRoute()).isEmpty();
        readsAt(fake, 15);
        c.createStatement().executeQuery("x");
        assertThat(c.lastRoute()).contains(new Route("node2", "read", 15));
        assertThat(fake.updates).isEmpty();
    }

    @Test
    void aPlainServerIsToldNothing() throws SQLException {
        otherFake.reported.clear();
        cluster.committed(5);
        UnderstudyConnection c = wrap(otherFake);
        c.createStatement().executeQuery("x");
        assertThat(otherFake.updates).isEmpty();
        assertThat(c.node()).isEmpty();
        assertThat(c.causalToken()).isZero();
    }

    @Test
    void aLostConnectionSendsTheNextOneElsewhere() throws SQLException {
        Statement s = wrap(fake).createStatement();
        fake.failure = new SQLException("gone", "08006");
        fake.lost = true;
        assertThatThrownBy(() -> s.executeQuery("x")).hasCause(fake.failure);
        assertThat(cluster.nodes().candidates(Settings.Preference.ANY, new java.util.Random(1)))
                .last()
                .isEqualTo(url.nodes().get(0));
    }

    @Test
    void anUnknownOutcomeOnAConnectionThatGoesOnIsNotTheNodesFault() throws SQLException {
        cluster.nodes().opened(url.nodes().get(1), "node2");
        Statement s = wrap(fake).createStatement();
        fake.failure = new SQLException("the master was lost", "08007");
        assertThatThrownBy(() -> s.executeQuery("x")).isSameAs(fake.failure);
        assertThat(cluster.nodes().candidates(Settings.Preference.ANY, new java.util.Random(1)))
                .first()
                .isEqualTo(url.nodes().get(0));
    }

    @Test
    void closingTwiceCountsOnce() throws SQLException {
        cluster.use();
        cluster.use();
        UnderstudyConnection c = wrap(fake);
        c.close();
        c.close();
        assertThat(cluster.inUse()).isTrue();
    }
}
