package io.understudy.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Our processes: telling them from others that have got the same process id since, and stopping their time. */
public final class LinuxProcess {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private LinuxProcess() {}

    /**
     * Whether a process with that id is alive and names {@code path} on its command line. One that is dead but not reaped yet is not alive.
     *
     * @param path absolute
     */
    public static boolean runs(long pid, Path path) {
        try {
            String commandLine = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            if (commandLine.isEmpty()) {
                // Of a live process too, if the kernel could not look into its memory just then.
                return !isZombie(pid);
            }
            byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
            return commandLine.contains(new String(name, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether there is a process with that id, other than one that is dead but not reaped yet. */
    static boolean isAlive(long pid) {
        try {
            return !isZombie(pid);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isZombie(long pid) throws IOException {
        // The state follows the name, which stands in parentheses and may have any characters.
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        char state = stat.charAt(stat.lastIndexOf(')') + 2);
        return state == 'Z' || state == 'X';
    }

    /** Stops their time (SIGSTOP). Those that are gone by now are left out. */
    public static void freeze(List<Long> pids) throws IOException {
        signal("STOP", pids);
    }

    /** They go on (SIGCONT). */
    public static void thaw(List<Long> pids) throws IOException {
        signal("CONT", pids);
    }

    private static void signal(String name, List<Long> pids) throws IOException {
        if (pids.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        // It also fails if one of several has ended meanwhile, which is no failure here.
        Command.run(command, "", LIMIT);
    }
}
