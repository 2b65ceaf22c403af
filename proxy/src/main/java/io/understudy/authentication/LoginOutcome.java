package io.understudy.authentication;

import io.understudy.backend.Credentials.ScramKeys;
import io.understudy.wire.ErrorFields;

/** How a client's proof of its identity ended. */
public sealed interface LoginOutcome {
    /** It is who it says; AuthenticationOk is written but not flushed. */
    record Authenticated(ScramKeys keys) implements LoginOutcome {}

    /** It is not, or did not keep to the protocol; it was told so, and its connection is to be closed. */
    record Refused(ErrorFields fields) implements LoginOutcome {}

    /** It went away. */
    record Gone() implements LoginOutcome {}
}
