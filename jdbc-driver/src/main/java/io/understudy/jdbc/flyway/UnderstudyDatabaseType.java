package io.understudy.jdbc.flyway;

import io.understudy.jdbc.UnderstudyDriver;
import java.sql.Connection;
import java.sql.Types;
import java.util.List;
import java.util.Properties;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.database.DatabaseType;
import org.flywaydb.core.internal.database.base.BaseDatabaseType;
import org.flywaydb.core.internal.database.base.Database;
import org.flywaydb.core.internal.jdbc.JdbcConnectionFactory;
import org.flywaydb.core.internal.jdbc.StatementInterceptor;
import org.flywaydb.core.internal.parser.Parser;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.database.postgresql.PostgreSQLDatabaseType;

/**
 * Makes Flyway take {@code jdbc:understudy:} URLs. All work is that of Flyway's PostgreSQL module, which is looked for only once such a URL is used: without it, Flyway goes on with other databases.
 */
@SuppressWarnings("rawtypes")
public final class UnderstudyDatabaseType extends BaseDatabaseType {
    private static final String PREFIX = "jdbc:understudy:";

    /** For {@link java.util.ServiceLoader}. */
    public UnderstudyDatabaseType() {}

    /** In a class of its own, so that this one can be loaded without Flyway's PostgreSQL module. */
    private static final class PostgreSql {
        static final DatabaseType TYPE = new PostgreSQLDatabaseType();
    }

    @Override
    public String getName() {
        return "Understudy";
    }

    @Override
    public List<String> getSupportedEngines() {
        return List.of("PostgreSQL");
    }

    @Override
    public int getNullType() {
        return Types.NULL;
    }

    @Override
    public boolean handlesJDBCUrl(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public String getDriverClass(String url, ClassLoader loader) {
        return UnderstudyDriver.class.getName();
    }

    /** False: a connection of ours says that it is PostgreSQL's, and is Flyway's own PostgreSQL type's from there on. */
    @Override
    public boolean handlesDatabaseProductNameAndVersion(String name, String version, Connection connection) {
        return false;
    }

    @Override
    public Database createDatabase(
            Configuration configuration, JdbcConnectionFactory connections, StatementInterceptor interceptor) {
        return PostgreSql.TYPE.createDatabase(configuration, connections, interceptor);
    }

    @Override
    public Parser createParser(Configuration configuration, ResourceProvider resources, ParsingContext context) {
        return PostgreSql.TYPE.createParser(configuration, resources, context);
    }

    @Override
    public void setDefaultConnectionProps(String url, Properties properties, ClassLoader loader) {
        properties.put("ApplicationName", APPLICATION_NAME);
    }
}
