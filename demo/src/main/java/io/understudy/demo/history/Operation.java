package io.understudy.demo.history;

/**
 * One transaction of one client.
 *
 * @param session of one connection; a new connection is a new session
 * @param node through which it went
 * @param beginNanos before its first statement was sent, by one clock for all
 * @param endNanos after its answer
 * @param token by which its outcome can be asked; empty if it was not told one
 * @param action as far as it came
 * @param error what the client was told; empty if all went well
 */
public record Operation(
        int session,
        String node,
        long beginNanos,
        long endNanos,
        Result result,
        String token,
        Action action,
        String error) {

    /** How it ended, as far as the client knows. */
    public enum Result {
        OK,
        /** It did not take place, and never will. */
        FAILED,
        /** It may have taken place. */
        UNKNOWN
    }
}
