package io.understudy.demo.story;

import java.io.Console;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** Prints the story; on a terminal the live line stays in its place. */
final class Teller {
    private final PrintWriter out;
    private final boolean terminal = isTerminal(System.console());

    Teller(PrintWriter out) {
        this.out = out;
    }

    synchronized void say(String line) {
        out.println(erased() + line);
        out.flush();
    }

    /** Replaces the last live line on a terminal. */
    synchronized void live(String line) {
        if (terminal) {
            out.print(erased() + line);
        } else {
            out.println(line);
        }
        out.flush();
    }

    private static boolean isTerminal(@Nullable Console console) {
        return console != null && console.isTerminal();
    }

    private String erased() {
        return terminal ? "\r\u001b[2K" : "";
    }
}
