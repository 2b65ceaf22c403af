package io.understudy.config;

/** What the client port demands of who comes to it. */
public record ClientAccess(ClientTls tls, ClientLimits limits) {
    public static final ClientAccess DEFAULT = new ClientAccess(ClientTls.OFF, ClientLimits.DEFAULT);
}
