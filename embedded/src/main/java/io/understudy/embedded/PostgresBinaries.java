package io.understudy.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once per user and version.
 *
 * @param home holds {@code bin}, {@code lib} and {@code share}
 * @param cache where other things made once may be kept; owned by us, can be entered by the server's user
 * @param key of these binaries, for names of files made from them
 * @param major version, such as 18
 */
record PostgresBinaries(Path home, Path cache, String key, int major) {
    /** System property: where to unpack instead of the user's usual cache directory. */
    private static final String CACHE_PROPERTY = "understudy.cache";

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final Duration VERSION_LIMIT = Duration.ofSeconds(20);

    /** Those on the class path. */
    static PostgresBinaries usual(ServerUser user) throws IOException {
        return unpacked(user, PostgresArchives.usual());
    }

    /**
     * Those of a major version, the usual ones or others that {@link PostgresArchives} knows.
     *
     * @throws IOException if there are none
     */
    static PostgresBinaries ofMajor(ServerUser user, int major) throws IOException {
        Set<Integer> found = new TreeSet<>();
        for (URL archive : PostgresArchives.all()) {
            PostgresBinaries binaries = unpacked(user, archive);
            if (binaries.major == major) {
                return binaries;
            }
            found.add(binaries.major);
        }
        throw new IOException("no embedded PostgreSQL " + major + "; there is " + found);
    }

    private static PostgresBinaries unpacked(ServerUser user, URL archive) throws IOException {
        Path cache = cacheDirectory(user);
        String key = key(archive);
        Path home = cache.resolve("postgres-" + key);
        if (!Files.isDirectory(home)) {
            Path unfinished = Files.createTempDirectory(cache, "unpacking-");
            try (InputStream in = archive.openStream()) {
                unpack(in, unfinished);
            } catch (IOException | RuntimeException | Error e) {
                Directories.delete(unfinished);
                throw e;
            }
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
            moveInto(unfinished, home);
        }
        return new PostgresBinaries(home, cache, key, major(home));
    }

    private static int major(Path home) throws IOException {
        Command.Result result = Command.run(
                List.of(home.resolve("bin").resolve("postgres").toString(), "--version"), "", VERSION_LIMIT);
        Matcher version = VERSION.matcher(result.output());
        if (result.exitCode() != 0 || !version.find()) {
            throw new IOException("the PostgreSQL in " + home + " does not tell its version: " + result.output());
        }
        return Integer.parseInt(version.group(1));
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** Renames a finished directory to its place; if somebody else was first, theirs stays and ours goes. */
    static void moveInto(Path finished, Path place) throws IOException {
        try {
            Files.move(finished, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            Directories.delete(finished);
            if (!Files.isDirectory(place)) {
                throw e;
            }
        }
    }

    private static String key(URL archive) throws IOException {
        if (archive.openConnection() instanceof JarURLConnection jar) {
            long crc = jar.getJarEntry().getCrc();
            return HexFormat.of().toHexDigits((int) crc);
        }
        throw new IOException("embedded PostgreSQL is expected in a jar, but is " + archive);
    }

    private static Path cacheDirectory(ServerUser user) throws IOException {
        Path directory = Optional.ofNullable(System.getProperty(CACHE_PROPERTY))
                .map(Path::of)
                .orElseGet(() -> usualCache(user).resolve("understudy"));
        try {
            Files.createDirectories(directory);
        } catch (FileSystemException e) {
            throw new IOException(
                    "cannot make the cache directory " + directory + " (-D" + CACHE_PROPERTY + "=… names another)", e);
        }
        user.requireReach(directory.resolve("x"));
        return directory;
    }

    private static Path usualCache(ServerUser user) {
        return switch (user) {
            // Home directories of root cannot be entered by the user that runs the server.
            case ServerUser.Other other -> Path.of("/var/cache");
            case ServerUser.Ourselves self ->
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .filter(s -> s.startsWith("/"))
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home", "/tmp"), ".cache"));
        };
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("archive entry leaves its directory: " + entry.getName());
                }
                Files.createDirectories(path.getParent());
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    boolean program = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
