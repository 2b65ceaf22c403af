package io.understudy.wire;

import java.io.IOException;
import java.io.Serial;

/** The other side broke the protocol (SQLSTATE 08P01); its connection is of no further use. */
public final class ProtocolException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    public ProtocolException(String message) {
        super(message);
    }
}
