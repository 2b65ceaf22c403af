package io.understudy.jdbc.liquibase;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.jdbc.UnderstudyDriver;
import liquibase.database.DatabaseFactory;
import liquibase.database.OfflineConnection;
import liquibase.database.core.PostgresDatabase;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.Test;

class UnderstudyDatabaseTest {
    private static final DatabaseFactory DATABASES = DatabaseFactory.getInstance();

    @Test
    void liquibaseFindsTheDriverByUrl() {
        assertThat(DATABASES.findDefaultDriver("jdbc:understudy://h1,h2/db"))
                .isEqualTo(UnderstudyDriver.class.getName());
    }

    @Test
    void otherUrlsAndDatabasesStayTheirs() throws Exception {
        assertThat(DATABASES.findDefaultDriver("jdbc:postgresql://h/db")).isEqualTo("org.postgresql.Driver");
        assertThat(DATABASES.getDatabase("postgresql")).isExactlyInstanceOf(PostgresDatabase.class);
        assertThat(DATABASES.findCorrectDatabaseImplementation(
                        new OfflineConnection("offline:postgresql", new ClassLoaderResourceAccessor())))
                .isExactlyInstanceOf(PostgresDatabase.class);
    }
}
