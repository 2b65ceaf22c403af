package io.understudy.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Archives of PostgreSQL's programs for this machine's type. One is on the class path. There can be only one, as all versions have the same name there; further
 * versions, for clusters of mixed ones, are found as jars in a directory.
 */
final class PostgresArchives {
    /** System property: a directory with further jars of embedded PostgreSQL. */
    private static final String JARS_PROPERTY = "understudy.postgres.jars";

    private PostgresArchives() {}

    static URL usual() throws IOException {
        String resource = resource();
        return Optional.ofNullable(PostgresArchives.class.getResource(resource))
                .orElseThrow(() -> new IOException("embedded PostgreSQL " + resource + " is not on the class path"));
    }

    /** The usual one first. */
    static List<URL> all() throws IOException {
        List<URL> archives = new ArrayList<>(List.of(usual()));
        String directory = System.getProperty(JARS_PROPERTY, "");
        if (directory.isEmpty() || !Files.isDirectory(Path.of(directory))) {
            return archives;
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(directory), "*.jar")) {
            for (Path jar : jars) {
                archives.add(URI.create("jar:" + jar.toUri() + "!" + resource()).toURL());
            }
        }
        return archives;
    }

    private static String resource() throws IOException {
        String machine = System.getProperty("os.arch", "");
        return switch (machine.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "/postgres-linux-x86_64.txz";
            case "aarch64", "arm64" -> "/postgres-linux-arm_64.txz";
            default -> throw new IOException("no embedded PostgreSQL for machine type " + machine);
        };
    }
}
