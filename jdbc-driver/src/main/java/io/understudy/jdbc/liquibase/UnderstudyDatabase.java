package io.understudy.jdbc.liquibase;

import io.understudy.jdbc.UnderstudyDriver;
import liquibase.database.DatabaseConnection;
import liquibase.database.core.PostgresDatabase;
import org.jspecify.annotations.Nullable;

/**
 * Makes Liquibase find the driver of {@code jdbc:understudy:} URLs, for which it asks every database that it knows. All else is Liquibase's own PostgreSQL, which it recognizes by the connection.
 */
public final class UnderstudyDatabase extends PostgresDatabase {
    private static final String PREFIX = "jdbc:understudy:";

    /** For {@link java.util.ServiceLoader}. */
    public UnderstudyDatabase() {}

    @Override
    public @Nullable String getDefaultDriver(String url) {
        return url.startsWith(PREFIX) ? UnderstudyDriver.class.getName() : null;
    }

    @Override
    public boolean isCorrectDatabaseImplementation(DatabaseConnection connection) {
        return false;
    }

    /** A name of its own: of the databases with one name, Liquibase asks only the first. No connection's database has it. */
    @Override
    public String getShortName() {
        return "understudy";
    }
}
