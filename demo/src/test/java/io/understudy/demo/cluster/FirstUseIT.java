package io.understudy.demo.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.embedded.Directories;
import io.understudy.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The very first start on a machine, with the class path of the demo: other libraries on it must not break the unpacking. */
class FirstUseIT {
    private static final String CACHE = "understudy.cache";

    @Test
    void anEmptyCacheIsFilledAndNothingUnfinishedStays() throws Exception {
        Path cache = Files.createTempDirectory("understudy-cache-");
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
        System.setProperty(CACHE, cache.toString());
        try (EmbeddedPostgres pg = EmbeddedPostgres.start()) {
            DriverManager.getConnection(pg.jdbcUrl(), pg.user(), pg.password()).close();
            try (Stream<Path> files = Files.list(cache)) {
                assertThat(files.map(f -> f.getFileName().toString()))
                        .hasSize(2)
                        .anyMatch(name -> name.startsWith("postgres-"))
                        .anyMatch(name -> name.startsWith("template-"));
            }
        } finally {
            System.clearProperty(CACHE);
            Directories.delete(cache);
        }
    }
}
