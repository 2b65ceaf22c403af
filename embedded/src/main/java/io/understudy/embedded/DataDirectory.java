package io.understudy.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Makes a server's data directory: initdb once per user and version, afterwards a copy of that with a password of its own. */
final class DataDirectory {
    /** Settings of ours, read by postgresql.conf; written before every start. */
    static final String SETTINGS_FILE = "understudy.conf";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private DataDirectory() {}

    /**
     * @param directory does not exist yet
     * @param password of user postgres
     */
    static void create(PostgresBinaries binaries, ServerUser user, Path directory, String password) throws IOException {
        Path template = template(binaries, user);
        user.requireReach(directory);
        makeOwned(user, directory);
        // Without fsync: what a power cut within seconds of making a cluster takes away is an empty database.
        run(user, "", "cp", "-a", "--reflink=auto", template + "/.", directory.toString());
        String sql = "ALTER ROLE postgres PASSWORD '" + password.replace("'", "''") + "'\n";
        run(
                user,
                sql,
                binaries.program("postgres"),
                "--single",
                "-D",
                directory.toString(),
                "-c",
                "exit_on_error=true",
                "-c",
                "log_statement=none",
                "-c",
                "log_min_error_statement=panic",
                "postgres");
    }

    /** Of the server that made the directory. */
    static int major(Path directory) throws IOException {
        String version = Files.readString(directory.resolve("PG_VERSION")).strip();
        try {
            return Integer.parseInt(version);
        } catch (NumberFormatException e) {
            throw new IOException(directory + " is of PostgreSQL " + version + ", which is not supported", e);
        }
    }

    /** Code points in order, characters by Unicode: since 17 with PostgreSQL's own tables, before with the C library's. */
    private static List<String> locale(int major) {
        return major >= 17
                ? List.of("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
                : List.of("--locale=C", "--lc-ctype=C.UTF-8");
    }

    private static Path template(PostgresBinaries binaries, ServerUser user) throws IOException {
        Path template = binaries.cache().resolve("template-" + binaries.key() + "-" + user.uid());
        if (Files.isDirectory(template)) {
            return template;
        }
        Path unfinished = binaries.cache().resolve("initialising-" + UUID.randomUUID());
        makeOwned(user, unfinished);
        Path passwordFile = Files.createTempFile(
                binaries.cache(),
                "password",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(passwordFile, UUID.randomUUID().toString());
            user.own(passwordFile);
            List<String> initdb = new ArrayList<>(List.of(
                    binaries.program("initdb"),
                    "-D",
                    unfinished.toString(),
                    "-U",
                    "postgres",
                    "--auth=scram-sha-256",
                    "--pwfile=" + passwordFile,
                    "--encoding=UTF8",
                    "--no-sync"));
            initdb.addAll(locale(binaries.major()));
            run(user, "", initdb.toArray(String[]::new));
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.writeString(
                unfinished.resolve("postgresql.conf"),
                "\ninclude_if_exists = '" + SETTINGS_FILE + "'\n",
                StandardOpenOption.APPEND);
        PostgresBinaries.moveInto(unfinished, template);
        return template;
    }

    private static void makeOwned(ServerUser user, Path directory) throws IOException {
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        user.own(directory);
    }

    private static void run(ServerUser user, String input, String... command) throws IOException {
        List<String> line =
                Stream.concat(user.prefix().stream(), Stream.of(command)).toList();
        Command.Result result = Command.run(line, input, LIMIT);
        if (result.exitCode() != 0) {
            throw new IOException(Path.of(command[0]).getFileName() + " failed with exit code " + result.exitCode()
                    + ":\n" + result.output());
        }
    }
}
