package io.understudy.command;

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

    private ExitCode() {}
}
