package io.understudy.signin;

import java.time.Instant;

/**
 * What a signed token says.
 *
 * @param subject the user, or for {@link Purpose#NODE} and {@link Purpose#CLIENT} the node
 * @param id of the session it belongs to; letters and digits
 * @param began when the session began
 */
public record Token(Purpose purpose, String subject, String id, Instant began, Instant expires) {

    /** What a token is good for; one for one purpose is refused for any other. */
    public enum Purpose {
        /** A browser's session, kept in a cookie. */
        SESSION,
        /** Begins the same session at another node; short-lived. */
        MOVE,
        /** Another node of the cluster asks; short-lived. */
        NODE,
        /** A node comes to a client port; short-lived. */
        CLIENT,
        /** A program or the command line may do what its user may. */
        OPERATE,
        /** A program may look, whatever its user may. */
        VIEW
    }
}
