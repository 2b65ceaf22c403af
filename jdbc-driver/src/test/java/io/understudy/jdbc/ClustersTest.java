package io.understudy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClustersTest {
    private final Clusters clusters = new Clusters();

    @Test
    void theSameNodesDatabaseAndUserShareOne() throws SQLException {
        Cluster c = clusters.use(url("h1,h2/db?user=u&password=1"));
        assertThat(clusters.use(url("h2:6432,h1/db?password=2&user=u"))).isSameAs(c);
        assertThat(clusters.use(url("h1,h2/db?user=v"))).isNotSameAs(c);
        assertThat(clusters.use(url("h1,h2/other?user=u"))).isNotSameAs(c);
        assertThat(clusters.use(url("h1,h3/db?user=u"))).isNotSameAs(c);
    }

    @Test
    void thoseNotInUseAreForgottenBeyondTheBound() throws SQLException {
        Cluster used = clusters.use(url("used/db"));
        used.committed(7);
        clusters.use(url("unused/db")).leave();
        for (int i = 0; i < Clusters.KEPT_MAX; i++) {
            clusters.use(url("h" + i + "/db")).leave();
        }
        assertThat(clusters.size()).isEqualTo(Clusters.KEPT_MAX);
        assertThat(clusters.use(url("used/db")).token(Causality.WRITES)).isEqualTo(7);
    }

    @Test
    void oneInUseIsNeverForgotten() throws SQLException {
        List<Cluster> used = new ArrayList<>();
        for (int i = 0; i < Clusters.KEPT_MAX + 10; i++) {
            used.add(clusters.use(url("h" + i + "/db")));
        }
        for (int i = 0; i < used.size(); i++) {
            assertThat(clusters.use(url("h" + i + "/db"))).isSameAs(used.get(i));
        }
    }

    @Test
    void aTokenOnlyRises() {
        Cluster c = clusters.use(anyUrl());
        c.committed(5);
        c.committed(3);
        c.seen(9);
        assertThat(c.token(Causality.WRITES)).isEqualTo(5);
        assertThat(c.token(Causality.READS)).isEqualTo(9);
        assertThat(c.token(Causality.CONNECTION)).isZero();
    }

    private static UnderstudyUrl anyUrl() {
        try {
            return url("h/db");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static UnderstudyUrl url(String rest) throws SQLException {
        return UnderstudyUrl.parse("jdbc:understudy://" + rest, null);
    }
}
