package io.understudy.command;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the process says when it ends. */
public final class ExitCode {
    /** It was done, or the answer is good. */
    public static final int OK = 0;
    /** It failed, was refused, or the answer is bad (nodes differ). */
    public static final int FAILED = 1;
    /** The command line or the configuration is wrong. */
    public static final int USAGE = 2;
    /** No node answers. */
    public static final int UNREACHABLE = 3;

    /** For people, in this order. */
    static final Map<String, String> MEANINGS = meanings();

    private ExitCode() {}

    private static Map<String, String> meanings() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(Integer.toString(OK), "it was done, or the answer is good");
        texts.put(Integer.toString(FAILED), "it failed, was refused, or the answer is bad (nodes differ, say)");
        texts.put(Integer.toString(USAGE), "the command line or the configuration is wrong; nothing was done");
        texts.put(Integer.toString(UNREACHABLE), "no node answers");
        return Collections.unmodifiableMap(texts);
    }
}
