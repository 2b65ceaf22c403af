package io.understudy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.config.ClientLimits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is let in when it becomes crowded. */
class PlacesTest {
    private static Places places(int connections, int reserved, int perUser) {
        return new Places(new ClientLimits(connections, reserved, perUser, Duration.ofSeconds(60), List.of()));
    }

    private static String enter(Places places, String user, boolean superuser) {
        return places.enter(user, superuser)
                .map(e -> e.sqlState() + " " + e.message())
                .orElse("in");
    }

    @Test
    void theLastPlacesAreForSuperusers() {
        Places places = places(5, 2, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(enter(places, "app" + i, false)).isEqualTo("in");
        }
        assertThat(enter(places, "app", false)).startsWith("53300 remaining connection slots are reserved");
        assertThat(enter(places, "postgres", true)).isEqualTo("in");
        assertThat(enter(places, "postgres", true)).isEqualTo("in");
        assertThat(enter(places, "postgres", true)).isEqualTo("53300 sorry, too many clients already");
        assertThat(enter(places, "app", false)).isEqualTo("53300 sorry, too many clients already");

        places.leave("app0");
        assertThat(enter(places, "app", false)).startsWith("53300 remaining connection slots are reserved");
        assertThat(enter(places, "postgres", true)).isEqualTo("in");
        places.leave("postgres");
        places.leave("postgres");
        places.leave("postgres");
        assertThat(enter(places, "app", false)).isEqualTo("in");
    }

    @Test
    void oneUserCannotTakeThemAll() {
        Places places = places(100, 0, 2);
        assertThat(enter(places, "app", false)).isEqualTo("in");
        assertThat(enter(places, "app", false)).isEqualTo("in");
        assertThat(enter(places, "app", false)).isEqualTo("53300 too many connections for role \"app\"");
        assertThat(enter(places, "web", false)).isEqualTo("in");
        places.leave("app");
        assertThat(enter(places, "app", false)).isEqualTo("in");
        for (int i = 0; i < 10; i++) {
            assertThat(enter(places, "postgres", true)).isEqualTo("in");
        }
    }
}
