package io.understudy.jdbc.flyway;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.jdbc.UnderstudyDriver;
import java.util.List;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.database.DatabaseTypeRegister;
import org.flywaydb.core.internal.database.GeneralDatabaseType;
import org.junit.jupiter.api.Test;

class UnderstudyDatabaseTypeTest {
    private static final String URL = "jdbc:understudy://h1,h2/db";

    @Test
    void flywayFindsTheTypeByUrl() {
        assertThat(types(URL)).singleElement().isInstanceOf(UnderstudyDatabaseType.class);
        assertThat(new UnderstudyDatabaseType().getDriverClass(URL, getClass().getClassLoader()))
                .isEqualTo(UnderstudyDriver.class.getName());
    }

    @Test
    void otherUrlsStayTheirs() {
        assertThat(types("jdbc:postgresql://h/db")).isNotEmpty().noneMatch(UnderstudyDatabaseType.class::isInstance);
    }

    private static List<GeneralDatabaseType> types(String url) {
        return DatabaseTypeRegister.getDatabaseTypesForUrl(url, new FluentConfiguration());
    }
}
