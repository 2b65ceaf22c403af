package io.understudy.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells our processes from others that have got the same process id since. */
public final class LinuxProcess {
    private LinuxProcess() {}

    /**
     * Whether a process with that id is alive and names {@code path} on its command line. One that is dead but not reaped yet is not alive.
     *
     * @param path absolute
     */
    public static boolean runs(long pid, Path path) {
        try {
            String commandLine = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
            return commandLine.contains(new String(name, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return false;
        }
    }
}
