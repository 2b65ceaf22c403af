package io.understudy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.core.BaseConnection;

class WrappedTest {
    private final FakeConnection fake = new FakeConnection();
    private UnderstudyConnection connection;

    @BeforeEach
    void wrap() throws SQLException {
        fake.reported.put(Session.NODE, "node1");
        fake.reported.put(Session.TOKEN, "0");
        UnderstudyUrl url = UnderstudyUrl.parse("jdbc:understudy://h/db?password=secret", null);
        connection = WrappedConnection.around(new Session(
                new Link(fake.connection, url.nodes().get(0)),
                new Cluster(url),
                Settings.of(new Properties()),
                url,
                limit -> {
                    throw new SQLException("there is no other node", "08001");
                }));
    }

    @Test
    void everyObjectLeadsBackToTheConnectionItCameFrom() throws SQLException {
        Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement("select 1");
        CallableStatement callable = connection.prepareCall("{call f()}");
        for (Statement s : new Statement[] {statement, prepared, callable}) {
            assertThat(s.getConnection()).isSameAs(connection);
            assertThat(s.executeQuery("x").getStatement()).isSameAs(s);
            assertThat(s.getGeneratedKeys().getStatement()).isSameAs(s);
            assertThat(s.getResultSet()).isSameAs(s.getResultSet());
        }
        assertThat(prepared.executeQuery().getStatement()).isSameAs(prepared);
        assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
        assertThat(connection.getMetaData().getTables(null, null, null, null).getStatement())
                .isNull();
    }

    @Test
    void unwrappingReachesPgjdbc() throws SQLException {
        assertThat(connection.unwrap(PGConnection.class)).isSameAs(fake.connection);
        assertThat(connection.unwrap(BaseConnection.class)).isSameAs(fake.connection);
        assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
        assertThat(connection.unwrap(UnderstudyConnection.class)).isSameAs(connection);
        assertThat(connection.isWrapperFor(BaseConnection.class)).isTrue();
        assertThat(connection.isWrapperFor(String.class)).isFalse();
        assertThat(connection.createStatement().unwrap(PGStatement.class)).isSameAs(fake.statement);
        assertThat(connection).isInstanceOf(PGConnection.class);
        assertThatThrownBy(() -> connection.unwrap(String.class))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("java.lang.String");
    }

    @Test
    void exceptionsComeAsPgjdbcThrewThem() throws SQLException {
        Statement s = connection.createStatement();
        for (Throwable t : new Throwable[] {
            new SQLException("x", "23505"), new IllegalStateException("y"), new StackOverflowError("z")
        }) {
            fake.failure = t;
            assertThatThrownBy(() -> s.executeQuery("x")).isSameAs(t);
            assertThatThrownBy(() -> connection.getCatalog()).isSameAs(t);
        }
    }

    @Test
    void theUrlIsOursAndWithoutPassword() throws SQLException {
        assertThat(connection.getMetaData().getURL()).isEqualTo("jdbc:understudy://h:6432/db");
    }

    @Test
    void objectsAreEqualToThemselvesOnly() throws SQLException {
        Statement s = connection.createStatement();
        assertThat(new java.util.HashSet<>(java.util.List.of(s, connection.createStatement())))
                .hasSize(2)
                .contains(s);
        assertThat(s.toString()).isEqualTo("fake");
    }

    @Test
    void aCursorInAColumnIsWrapped() throws SQLException {
        ResultSet rows = connection.createStatement().executeQuery("x");
        assertThat(rows.isWrapperFor(ResultSet.class)).isTrue();
        assertThat(rows.unwrap(ResultSet.class)).isSameAs(rows);
    }
}
