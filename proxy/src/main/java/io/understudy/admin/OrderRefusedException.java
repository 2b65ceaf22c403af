package io.understudy.admin;

import java.io.Serial;

/** The cluster cannot do now what was asked of it; the message says why and what to do. */
public final class OrderRefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public OrderRefusedException(String message) {
        super(message);
    }
}
