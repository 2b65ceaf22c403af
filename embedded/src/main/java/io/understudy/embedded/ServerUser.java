package io.understudy.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The operating system user that PostgreSQL runs as: ourselves, or, because PostgreSQL refuses root, another user if we are root. */
sealed interface ServerUser {

    /** What to put before a command so that it runs as this user. */
    List<String> prefix();

    /** Makes an existing file or empty directory this user's. */
    void own(Path path) throws IOException;

    /**
     * Checks that this user can reach {@code path}.
     *
     * @throws IOException naming the directory that it cannot enter
     */
    void requireReach(Path path) throws IOException;

    /** Distinguishes files of one user from another's in a shared directory. */
    int uid();

    static ServerUser current() throws IOException {
        int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (uid != 0) {
            return new Ourselves(uid);
        }
        List<String> accounts = Files.readAllLines(Path.of("/etc/passwd"));
        return Stream.of("postgres", "nobody")
                .flatMap(name -> Other.find(name, accounts).stream())
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as"));
    }

    /** An ordinary user: nothing to change. */
    record Ourselves(int uid) implements ServerUser {
        @Override
        public List<String> prefix() {
            return List.of();
        }

        @Override
        public void own(Path path) {}

        @Override
        public void requireReach(Path path) {}
    }

    /** Root running PostgreSQL as somebody else. */
    record Other(String name, int uid, int gid) implements ServerUser {

        static Optional<Other> find(String name, List<String> accounts) {
            return accounts.stream()
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length >= 4 && fields[0].equals(name))
                    .map(fields -> new Other(name, Integer.parseInt(fields[2]), Integer.parseInt(fields[3])))
                    .findFirst();
        }

        @Override
        public List<String> prefix() {
            if (isProgram("setpriv")) {
                return List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--");
            }
            return List.of("runuser", "-u", name, "--");
        }

        @Override
        public void own(Path path) throws IOException {
            Files.setAttribute(path, "unix:gid", gid);
            Files.setAttribute(path, "unix:uid", uid);
        }

        @Override
        public void requireReach(Path path) throws IOException {
            for (Path p = path.toAbsolutePath().getParent(); p != null; p = p.getParent()) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(p);
                boolean owner = Files.getAttribute(p, "unix:uid").equals(uid);
                if (!permissions.contains(PosixFilePermission.OTHERS_EXECUTE)
                        && !(owner && permissions.contains(PosixFilePermission.OWNER_EXECUTE))) {
                    throw new IOException("PostgreSQL runs as user " + name + " (it refuses root), who cannot enter "
                            + p + ": choose a directory that everybody can enter, for example below /var/tmp");
                }
            }
        }

        private static boolean isProgram(String name) {
            return Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin")
                    .anyMatch(d -> Files.isExecutable(Path.of(d, name)));
        }
    }
}
