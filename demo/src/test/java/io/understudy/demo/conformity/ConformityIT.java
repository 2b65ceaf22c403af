package io.understudy.demo.conformity;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.embedded.EmbeddedPostgres;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Part of PostgreSQL's regression suite, statement by statement against the server's own analysis. */
class ConformityIT {

    @Test
    void classificationAgreesWithPostgres(@TempDir Path directory) throws Exception {
        // The server, which may run as another user, reads data files from there.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        unpack(directory);
        Tally tally;
        try (EmbeddedPostgres pg = EmbeddedPostgres.start(Map.of("synchronous_commit", "off"))) {
            Properties login = new Properties();
            login.setProperty("user", pg.user());
            login.setProperty("password", pg.password());
            tally = new Conformity(pg.jdbcUrl(), login, line -> {})
                    .run(Conformity.scheduled(directory), Map.of("PG_ABS_SRCDIR", directory.toString()));
        }
        System.out.println("conformity: " + tally.figures());
        assertThat(tally.accepted()).isGreaterThan(ACCEPTED_MIN);
        assertThat(tally.readOnlyStatements()).isGreaterThan(READ_ONLY_MIN);
        assertThat(tally.writingStatements()).isGreaterThan(WRITING_MIN);
        assertThat(tally.misrouted()).isEmpty();
        assertThat(tally.splitOtherwise()).isEmpty();
        assertThat(tally.equalShare()).as("%s", tally.unequal()).isGreaterThan(Tally.EQUAL_MIN);
        assertThat(tally.recognisedShare()).as("%s", tally.unrecognised()).isGreaterThan(Tally.RECOGNISED_MIN);
        assertThat(tally.good()).isTrue();
    }

    private static final int ACCEPTED_MIN = 1_200;
    private static final int READ_ONLY_MIN = 500;
    private static final int WRITING_MIN = 200;

    private static void unpack(Path directory) throws Exception {
        try (InputStream in =
                        Objects.requireNonNull(ConformityIT.class.getResourceAsStream("/conformity/regress.tar.xz"));
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
                Path target = directory.resolve(e.getName()).normalize();
                assertThat(target.startsWith(directory)).isTrue();
                if (e.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(Objects.requireNonNull(target.getParent()));
                    Files.copy(tar, target);
                }
            }
        }
    }
}
