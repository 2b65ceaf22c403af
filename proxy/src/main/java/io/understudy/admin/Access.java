package io.understudy.admin;

import io.javalin.security.RouteRole;

/** What an endpoint demands of who asks. One that says nothing demands {@link #VIEWER} of those that only look and {@link #OPERATOR} of all others. */
enum Access implements RouteRole {
    /** Nothing. */
    ANYBODY,
    /** To be signed in. */
    VIEWER,
    /** To be an operator, or another node that passes on what one ordered. */
    OPERATOR
}
