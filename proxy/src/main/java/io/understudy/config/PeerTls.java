package io.understudy.config;

import java.nio.file.Path;

/**
 * Files, in PEM, by which nodes encrypt what they say and know each other.
 *
 * @param certificate the node's first, then who signed it; for the hosts under which the node is reached
 * @param key its private key, without a password
 * @param ca who signed the certificates of all nodes
 */
public record PeerTls(Path certificate, Path key, Path ca) {}
