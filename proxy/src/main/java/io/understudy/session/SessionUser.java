package io.understudy.session;

import io.understudy.backend.Credentials.ScramKeys;

/**
 * Who a session is.
 *
 * @param keys with which the proxy can be the same role at a server
 */
public record SessionUser(String name, String database, ScramKeys keys) {}
