package io.understudy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.backend.Credentials.ScramKeys;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ApplicationPoolsTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final ApplicationPools pools = new ApplicationPools();

    private static SessionUser user(String name, String database) {
        return new SessionUser(name, database, new ScramKeys(new byte[32], new byte[32]));
    }

    @Test
    void sessionsOfOneUserFromOneAddressShareWhatTheyCommitted() throws Exception {
        ApplicationPools.Pool one = pools.join(user("app", "shop"), HERE);
        ApplicationPools.Pool other = pools.join(user("app", "shop"), HERE);
        one.committed(7);
        other.committed(5);
        assertThat(other.committed()).isEqualTo(7);
        assertThat(pools.join(user("batch", "shop"), HERE).committed()).isZero();
        assertThat(pools.join(user("app", "stock"), HERE).committed()).isZero();
        assertThat(pools.join(user("app", "shop"), InetAddress.getByName("192.0.2.1"))
                        .committed())
                .isZero();
    }

    @Test
    void nothingIsKeptOfSessionsThatLeft() {
        pools.join(user("app", "shop"), HERE);
        pools.join(user("app", "shop"), HERE).committed(7);
        pools.leave(user("app", "shop"), HERE);
        assertThat(pools.join(user("app", "shop"), HERE).committed()).isEqualTo(7);
        pools.leave(user("app", "shop"), HERE);
        pools.leave(user("app", "shop"), HERE);
        assertThat(pools.size()).isZero();
    }
}
