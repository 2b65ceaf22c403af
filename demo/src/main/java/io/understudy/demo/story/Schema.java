package io.understudy.demo.story;

import org.flywaydb.core.Flyway;

/** The demo's tables, functions and first rows: migrations that Flyway runs through the driver, as an application does when it starts. */
final class Schema {
    static final int CUSTOMERS = 100;
    static final int PRODUCTS = 40;
    private static final String MIGRATIONS = "classpath:understudy/demo/migration";

    private Schema() {}

    /**
     * Creates what is not there yet. May be called by several applications at once: Flyway's lock lets one do it.
     *
     * @return how many migrations were run
     * @throws org.flywaydb.core.api.FlywayException if the cluster does not take them
     */
    static int migrate(Clients clients) {
        return Flyway.configure()
                .dataSource(clients.url(), clients.user(), clients.password())
                .locations(MIGRATIONS)
                .load()
                .migrate()
                .migrationsExecuted;
    }
}
